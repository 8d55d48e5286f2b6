package meeting

import (
	"strings"
	"testing"
)

// TestATextFullOfBareLinksIsBounded: 256 KiB of them kept a processor busy for seconds.
func TestATextFullOfBareLinksIsBounded(t *testing.T) {
	if n := len(findLinks(strings.Repeat("visio.exemple.fr/salle ", 3*mostBareLinks))); n != mostBareLinks {
		t.Errorf("%d links were read, want %d", n, mostBareLinks)
	}
}
