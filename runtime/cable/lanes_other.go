//go:build !amd64

package cable

import "github.com/rallsim/rall/ir/layout"

func assemble8(b *layout.Block, n *Nodes, cfac float64) { assemblePlain(b, n, cfac) }

func solve8(b *layout.Block, n *Nodes) { solvePlain(b, n) }

func solveTwo(b, c *layout.Block, n *Nodes) bool { return false }
