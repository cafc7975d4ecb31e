#include "textflag.h"

// The loops of assemble8 and solve8 with a node's eight lanes in one register
// (AVX-512) or two (AVX2): the same operations in the same order, no fused
// multiply-add. Pointers are those of node 0, lane 0 of a block; a node takes
// 64 bytes.
//
//	SI parent, CX node, DX byte offset of the node, BX of its parent

// func assemble512(parent *int32, n int, v, rhs, d, cm, a, b *float64, cfac float64)
TEXT ·assemble512(SB), NOSPLIT, $0-72
	MOVQ         parent+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         v+16(FP), R8
	MOVQ         rhs+24(FP), R9
	MOVQ         d+32(FP), R10
	MOVQ         cm+40(FP), R11
	MOVQ         a+48(FP), R12
	MOVQ         b+56(FP), R13
	VBROADCASTSD cfac+64(FP), Z0
	XORQ         DX, DX

node:
	MOVLQSX (SI), BX
	VMULPD  (R11)(DX*1), Z0, Z1
	VADDPD  (R10)(DX*1), Z1, Z1
	TESTQ   BX, BX
	JLT     store
	SHLQ    $6, BX
	VMOVUPD (R13)(DX*1), Z2
	VSUBPD  Z2, Z1, Z1
	VMOVUPD (R8)(BX*1), Z3
	VSUBPD  (R8)(DX*1), Z3, Z3
	VMULPD  Z2, Z3, Z2
	VMOVUPD (R9)(DX*1), Z4
	VSUBPD  Z2, Z4, Z4
	VMOVUPD Z4, (R9)(DX*1)
	VMOVUPD (R12)(DX*1), Z5
	VMULPD  Z5, Z3, Z3
	VADDPD  (R9)(BX*1), Z3, Z3
	VMOVUPD Z3, (R9)(BX*1)
	VMOVUPD (R10)(BX*1), Z6
	VSUBPD  Z5, Z6, Z6
	VMOVUPD Z6, (R10)(BX*1)

store:
	VMOVUPD Z1, (R10)(DX*1)
	ADDQ    $4, SI
	ADDQ    $64, DX
	DECQ    CX
	JNZ     node
	VZEROUPPER
	RET

// func solve512(parent *int32, n int, rhs, d, a, b *float64)
TEXT ·solve512(SB), NOSPLIT, $0-48
	MOVQ parent+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ rhs+16(FP), R9
	MOVQ d+24(FP), R10
	MOVQ a+32(FP), R12
	MOVQ b+40(FP), R13
	MOVQ CX, R8
	DECQ CX
	MOVQ CX, DX
	SHLQ $6, DX

	// Elimination, from the last node to node 1. Z1 and Z2 are d and rhs of
	// the node; they stay where they are when the parent is next.
load:
	VMOVUPD (R10)(DX*1), Z1
	VMOVUPD (R9)(DX*1), Z2

eliminate:
	TESTQ   CX, CX
	JLE     substitute
	MOVLQSX (SI)(CX*4), BX
	DECQ    CX
	TESTQ   BX, BX
	JLT     root
	SHLQ    $6, BX
	VMOVUPD (R12)(DX*1), Z3
	VDIVPD  Z1, Z3, Z3
	VMULPD  (R13)(DX*1), Z3, Z4
	VMULPD  Z2, Z3, Z5
	VMOVUPD (R10)(BX*1), Z1
	VSUBPD  Z4, Z1, Z1
	VMOVUPD Z1, (R10)(BX*1)
	VMOVUPD (R9)(BX*1), Z2
	VSUBPD  Z5, Z2, Z2
	VMOVUPD Z2, (R9)(BX*1)
	SUBQ    $64, DX
	CMPQ    BX, DX
	JEQ     eliminate
	JMP     load

root:
	SUBQ $64, DX
	JMP  load

	// Substitution, from node 0 to the last. Z2 is the solution of the node
	// before.
substitute:
	XORQ CX, CX
	XORQ DX, DX

next:
	MOVLQSX (SI)(CX*4), BX
	VMOVUPD (R9)(DX*1), Z1
	INCQ    BX
	JLE     divide
	CMPQ    BX, CX
	JEQ     near
	SHLQ    $6, BX
	VMOVUPD -64(R9)(BX*1), Z2

near:
	VMULPD (R13)(DX*1), Z2, Z2
	VSUBPD Z2, Z1, Z1

divide:
	VDIVPD  (R10)(DX*1), Z1, Z2
	VMOVUPD Z2, (R9)(DX*1)
	INCQ    CX
	ADDQ    $64, DX
	CMPQ    CX, R8
	JLT     next
	VZEROUPPER
	RET

// solve512x2 is solve512 for two blocks of one tree, the second off bytes
// behind the first: one waits for its divisions while the other computes.
//
// func solve512x2(parent *int32, n int, rhs, d, a, b *float64, off int)
TEXT ·solve512x2(SB), NOSPLIT, $0-56
	MOVQ parent+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ rhs+16(FP), R9
	MOVQ d+24(FP), R10
	MOVQ a+32(FP), R12
	MOVQ b+40(FP), R13
	MOVQ off+48(FP), DI
	MOVQ CX, R8
	DECQ CX
	MOVQ CX, DX
	SHLQ $6, DX

load:
	LEAQ    (DX)(DI*1), AX
	VMOVUPD (R10)(DX*1), Z1
	VMOVUPD (R10)(AX*1), Z11
	VMOVUPD (R9)(DX*1), Z2
	VMOVUPD (R9)(AX*1), Z12

eliminate:
	TESTQ   CX, CX
	JLE     substitute
	MOVLQSX (SI)(CX*4), BX
	DECQ    CX
	TESTQ   BX, BX
	JLT     root
	SHLQ    $6, BX
	LEAQ    (BX)(DI*1), R11
	VMOVUPD (R12)(DX*1), Z3
	VMOVUPD (R12)(AX*1), Z13
	VDIVPD  Z1, Z3, Z3
	VDIVPD  Z11, Z13, Z13
	VMULPD  (R13)(DX*1), Z3, Z4
	VMULPD  (R13)(AX*1), Z13, Z14
	VMULPD  Z2, Z3, Z5
	VMULPD  Z12, Z13, Z15
	VMOVUPD (R10)(BX*1), Z1
	VMOVUPD (R10)(R11*1), Z11
	VSUBPD  Z4, Z1, Z1
	VSUBPD  Z14, Z11, Z11
	VMOVUPD Z1, (R10)(BX*1)
	VMOVUPD Z11, (R10)(R11*1)
	VMOVUPD (R9)(BX*1), Z2
	VMOVUPD (R9)(R11*1), Z12
	VSUBPD  Z5, Z2, Z2
	VSUBPD  Z15, Z12, Z12
	VMOVUPD Z2, (R9)(BX*1)
	VMOVUPD Z12, (R9)(R11*1)
	SUBQ    $64, DX
	SUBQ    $64, AX
	CMPQ    BX, DX
	JEQ     eliminate
	JMP     load

root:
	SUBQ $64, DX
	JMP  load

substitute:
	XORQ CX, CX
	XORQ DX, DX
	MOVQ DI, AX

next:
	MOVLQSX (SI)(CX*4), BX
	VMOVUPD (R9)(DX*1), Z1
	VMOVUPD (R9)(AX*1), Z11
	INCQ    BX
	JLE     divide
	CMPQ    BX, CX
	JEQ     near
	SHLQ    $6, BX
	LEAQ    (BX)(DI*1), R11
	VMOVUPD -64(R9)(BX*1), Z2
	VMOVUPD -64(R9)(R11*1), Z12

near:
	VMULPD (R13)(DX*1), Z2, Z2
	VMULPD (R13)(AX*1), Z12, Z12
	VSUBPD Z2, Z1, Z1
	VSUBPD Z12, Z11, Z11

divide:
	VDIVPD  (R10)(DX*1), Z1, Z2
	VDIVPD  (R10)(AX*1), Z11, Z12
	VMOVUPD Z2, (R9)(DX*1)
	VMOVUPD Z12, (R9)(AX*1)
	INCQ    CX
	ADDQ    $64, DX
	ADDQ    $64, AX
	CMPQ    CX, R8
	JLT     next
	VZEROUPPER
	RET

// func assemble256(parent *int32, n int, v, rhs, d, cm, a, b *float64, cfac float64)
TEXT ·assemble256(SB), NOSPLIT, $0-72
	MOVQ         parent+0(FP), SI
	MOVQ         n+8(FP), CX
	MOVQ         v+16(FP), R8
	MOVQ         rhs+24(FP), R9
	MOVQ         d+32(FP), R10
	MOVQ         cm+40(FP), R11
	MOVQ         a+48(FP), R12
	MOVQ         b+56(FP), R13
	VBROADCASTSD cfac+64(FP), Y0
	XORQ         DX, DX

node:
	MOVLQSX (SI), BX
	VMULPD  (R11)(DX*1), Y0, Y1
	VMULPD  32(R11)(DX*1), Y0, Y8
	VADDPD  (R10)(DX*1), Y1, Y1
	VADDPD  32(R10)(DX*1), Y8, Y8
	TESTQ   BX, BX
	JLT     store
	SHLQ    $6, BX
	VMOVUPD (R13)(DX*1), Y2
	VMOVUPD 32(R13)(DX*1), Y9
	VSUBPD  Y2, Y1, Y1
	VSUBPD  Y9, Y8, Y8
	VMOVUPD (R8)(BX*1), Y3
	VMOVUPD 32(R8)(BX*1), Y10
	VSUBPD  (R8)(DX*1), Y3, Y3
	VSUBPD  32(R8)(DX*1), Y10, Y10
	VMULPD  Y2, Y3, Y2
	VMULPD  Y9, Y10, Y9
	VMOVUPD (R9)(DX*1), Y4
	VMOVUPD 32(R9)(DX*1), Y11
	VSUBPD  Y2, Y4, Y4
	VSUBPD  Y9, Y11, Y11
	VMOVUPD Y4, (R9)(DX*1)
	VMOVUPD Y11, 32(R9)(DX*1)
	VMOVUPD (R12)(DX*1), Y5
	VMOVUPD 32(R12)(DX*1), Y12
	VMULPD  Y5, Y3, Y3
	VMULPD  Y12, Y10, Y10
	VADDPD  (R9)(BX*1), Y3, Y3
	VADDPD  32(R9)(BX*1), Y10, Y10
	VMOVUPD Y3, (R9)(BX*1)
	VMOVUPD Y10, 32(R9)(BX*1)
	VMOVUPD (R10)(BX*1), Y6
	VMOVUPD 32(R10)(BX*1), Y13
	VSUBPD  Y5, Y6, Y6
	VSUBPD  Y12, Y13, Y13
	VMOVUPD Y6, (R10)(BX*1)
	VMOVUPD Y13, 32(R10)(BX*1)

store:
	VMOVUPD Y1, (R10)(DX*1)
	VMOVUPD Y8, 32(R10)(DX*1)
	ADDQ    $4, SI
	ADDQ    $64, DX
	DECQ    CX
	JNZ     node
	VZEROUPPER
	RET

// func solve256(parent *int32, n int, rhs, d, a, b *float64)
TEXT ·solve256(SB), NOSPLIT, $0-48
	MOVQ parent+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ rhs+16(FP), R9
	MOVQ d+24(FP), R10
	MOVQ a+32(FP), R12
	MOVQ b+40(FP), R13
	MOVQ CX, R8
	DECQ CX
	MOVQ CX, DX
	SHLQ $6, DX

load:
	VMOVUPD (R10)(DX*1), Y1
	VMOVUPD 32(R10)(DX*1), Y8
	VMOVUPD (R9)(DX*1), Y2
	VMOVUPD 32(R9)(DX*1), Y9

eliminate:
	TESTQ   CX, CX
	JLE     substitute
	MOVLQSX (SI)(CX*4), BX
	DECQ    CX
	TESTQ   BX, BX
	JLT     root
	SHLQ    $6, BX
	VMOVUPD (R12)(DX*1), Y3
	VMOVUPD 32(R12)(DX*1), Y10
	VDIVPD  Y1, Y3, Y3
	VDIVPD  Y8, Y10, Y10
	VMULPD  (R13)(DX*1), Y3, Y4
	VMULPD  32(R13)(DX*1), Y10, Y11
	VMULPD  Y2, Y3, Y5
	VMULPD  Y9, Y10, Y12
	VMOVUPD (R10)(BX*1), Y1
	VMOVUPD 32(R10)(BX*1), Y8
	VSUBPD  Y4, Y1, Y1
	VSUBPD  Y11, Y8, Y8
	VMOVUPD Y1, (R10)(BX*1)
	VMOVUPD Y8, 32(R10)(BX*1)
	VMOVUPD (R9)(BX*1), Y2
	VMOVUPD 32(R9)(BX*1), Y9
	VSUBPD  Y5, Y2, Y2
	VSUBPD  Y12, Y9, Y9
	VMOVUPD Y2, (R9)(BX*1)
	VMOVUPD Y9, 32(R9)(BX*1)
	SUBQ    $64, DX
	CMPQ    BX, DX
	JEQ     eliminate
	JMP     load

root:
	SUBQ $64, DX
	JMP  load

substitute:
	XORQ CX, CX
	XORQ DX, DX

next:
	MOVLQSX (SI)(CX*4), BX
	VMOVUPD (R9)(DX*1), Y1
	VMOVUPD 32(R9)(DX*1), Y8
	INCQ    BX
	JLE     divide
	CMPQ    BX, CX
	JEQ     near
	SHLQ    $6, BX
	VMOVUPD -64(R9)(BX*1), Y2
	VMOVUPD -32(R9)(BX*1), Y9

near:
	VMULPD (R13)(DX*1), Y2, Y2
	VMULPD 32(R13)(DX*1), Y9, Y9
	VSUBPD Y2, Y1, Y1
	VSUBPD Y9, Y8, Y8

divide:
	VDIVPD  (R10)(DX*1), Y1, Y2
	VDIVPD  32(R10)(DX*1), Y8, Y9
	VMOVUPD Y2, (R9)(DX*1)
	VMOVUPD Y9, 32(R9)(DX*1)
	INCQ    CX
	ADDQ    $64, DX
	CMPQ    CX, R8
	JLT     next
	VZEROUPPER
	RET
