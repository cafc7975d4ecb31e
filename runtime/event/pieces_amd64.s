#include "textflag.h"
#include "go_asm.h"

// func fetch(row *int32, list *entry, n int)
TEXT ·fetch(SB), NOSPLIT, $0-24
	MOVQ row+0(FP), SI
	MOVQ list+8(FP), DI
	MOVQ n+16(FP), CX

next:
	MOVLQSX    entry_edge(DI), AX
	MOVLQSX    entry_of(DI), BX
	LEAQ       (SI)(AX*4), AX
	PREFETCHT0 (AX)
	PREFETCHT0 -4(AX)(BX*4)
	ADDQ       $entry__size, DI
	DECQ       CX
	JNZ        next
	RET

// func fillAlike(to *delivery, row *int32, n int, args uint32, at, weight float64, rest uint64)
TEXT ·fillAlike(SB), NOSPLIT, $0-56
	MOVQ    to+0(FP), DI
	MOVQ    row+8(FP), SI
	MOVQ    n+16(FP), CX
	MOVLQZX args+24(FP), R8
	MOVQ    at+32(FP), R10
	MOVQ    weight+40(FP), R11
	MOVQ    rest+48(FP), DX
	SHLQ    $32, R8
	MOVQ    $0x100000000, R9

event:
	MOVLQZX (SI), AX
	ORQ     R8, AX
	ADDQ    R9, R8
	MOVQ    R10, (DI)
	MOVQ    R11, 8(DI)
	MOVQ    AX, 16(DI)
	MOVQ    DX, 24(DI)
	ADDQ    $4, SI
	ADDQ    $32, DI
	DECQ    CX
	JNZ     event
	RET
