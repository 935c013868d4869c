package cmdline

import "strings"

// onlyPrefixed returns the one word that begins with that letter, or "".
func onlyPrefixed(letter string, words []string) string {
	found := ""
	for _, w := range words {
		if strings.HasPrefix(w, letter) {
			if found != "" {
				return ""
			}
			found = w
		}
	}
	return found
}

// Nearest returns the word that was probably meant, or "". At most a third of its
// letters may be wrong.
func Nearest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if d := distance(strings.ToLower(word), strings.ToLower(w)); d < least && d <= (len(w)+1)/3 {
			best, least = w, d
		}
	}
	return best
}

// mostAlike returns the word with the longest common prefix, the first of several. With
// two letters wrong, as in HS1, the distance does not say that HS512 was meant.
func mostAlike(word string, words []string) string {
	best, most := "", -1
	for _, w := range words {
		n := 0
		for n < len(word) && n < len(w) && strings.EqualFold(word[:n+1], w[:n+1]) {
			n++
		}
		if n > most {
			best, most = w, n
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance (adjacent letters swapped count once).
func distance(a, b string) int {
	if len(a) > 32 {
		return len(a)
	}
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
