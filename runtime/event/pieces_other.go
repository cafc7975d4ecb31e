//go:build !amd64

package event

func fetch(row *int32, list *entry, n int) {}

func makeAlike(to []delivery, row []int32, args int32, at, weight float64, set int32, spike uint32) {
	makePlain(to, row, args, at, weight, set, spike)
}
