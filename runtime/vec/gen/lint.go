package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/ir"
	"github.com/mmcloughlin/avo/reg"
)

// lint refuses what would be slow or wrong on some machine: an instruction on
// vectors that is not of AVX (some processors lose 70 cycles or more when the
// two kinds meet), a return with the upper halves in use, and, in the AVX2
// form, mask registers and the registers that only AVX-512 has.
func lint(file *ir.File) error {
	for _, f := range file.Functions() {
		avx2 := false
		var last string
		for _, n := range f.Nodes {
			if l, ok := n.(ir.Label); ok {
				avx2 = avx2 || string(l) == "avx2"
				continue
			}
			in, ok := n.(*ir.Instruction)
			if !ok {
				continue
			}
			vector := strings.HasPrefix(in.Opcode, "V") || strings.HasPrefix(in.Opcode, "K")
			for _, r := range append(in.InputRegisters(), in.OutputRegisters()...) {
				switch r.Kind() {
				case reg.KindVector:
					if !vector {
						return fmt.Errorf("%s: %s on a vector register", f.Name, in.Opcode)
					}
					if p := reg.ToPhysical(r); avx2 && (p == nil || p.PhysicalIndex() > 15 || r.Size() > 32) {
						return fmt.Errorf("%s: %s in the AVX2 form", f.Name, r.Asm())
					}
				case reg.KindOpmask:
					if avx2 {
						return fmt.Errorf("%s: %s in the AVX2 form", f.Name, r.Asm())
					}
				}
			}
			if vector {
				last = in.Opcode
			}
			if in.Opcode == "RET" && last != "VZEROUPPER" {
				return fmt.Errorf("%s: returns after %s, not VZEROUPPER", f.Name, last)
			}
		}
	}
	return nil
}
