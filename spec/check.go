package spec
func (d *decoder) crossCheck(s *Spec) {}
