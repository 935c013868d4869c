package jws

// StringSet is a set of strings in the order in which they were added: the names
// in one object, or the scopes of one token. The first twelve need no memory
// beside the set and are searched one by one, which is fastest for so few.
type StringSet struct {
	count int
	few   [12]string
	many  []string            // those after few
	index map[string]struct{} // of many
}

// Len returns the number of strings.
func (d *StringSet) Len() int { return d.count }

// Add reports whether s is new.
func (d *StringSet) Add(s string) bool {
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

// At returns the string that was added as number i, counted from zero.
func (d *StringSet) At(i int) string {
	if i < len(d.few) {
		return d.few[i]
	}
	return d.many[i-len(d.few)]
}

// AppendTo appends the strings to list.
func (d *StringSet) AppendTo(list []string) []string {
	return append(append(list, d.few[:min(d.count, len(d.few))]...), d.many...)
}
