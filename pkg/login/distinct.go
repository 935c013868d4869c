package login

// distinct is strings in their order, none twice: the names in one object, or
// the scopes of one token. As many as tokens have need no memory of their own
// and are searched fastest one by one.
type distinct struct {
	count int
	few   [12]string
	many  []string            // those after few
	index map[string]struct{} // of many
}

// add reports whether s is new.
func (d *distinct) add(s string) bool {
	for _, old := range d.few[:min(d.count, len(d.few))] {
		if old == s {
			return false
		}
	}
	if d.count < len(d.few) {
		d.few[d.count] = s
		d.count++
		return true
	}
	if _, old := d.index[s]; old {
		return false
	}
	if d.index == nil {
		d.index = make(map[string]struct{})
	}
	d.index[s] = struct{}{}
	d.many = append(d.many, s)
	d.count++
	return true
}

func (d *distinct) at(i int) string {
	if i < len(d.few) {
		return d.few[i]
	}
	return d.many[i-len(d.few)]
}

// appendTo appends the strings to list.
func (d *distinct) appendTo(list []string) []string {
	return append(append(list, d.few[:min(d.count, len(d.few))]...), d.many...)
}
