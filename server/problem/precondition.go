package problem

import (
	"strconv"
	"strings"

	"teleconsult/server/fault"
)

// ETag is the entity tag of a version number: 3 → "v3" with its quotes.
func ETag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

// IfMatch reads the version a caller has seen from an If-Match header. Without the header it is a
// precondition fault (428); a header that is no ETag of ours is a stale fault (412), because whatever the
// caller saw, it was not this.
func IfMatch(header string) (int64, error) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, fault.New(fault.KindPrecondition, "if_match_required",
			"La version modifiée doit être indiquée (en-tête If-Match).")
	}
	// A proxy that compresses may weaken the tag.
	tag := strings.TrimPrefix(header, "W/")
	digits, ok := strings.CutPrefix(tag, `"v`)
	digits, closed := strings.CutSuffix(digits, `"`)
	version, err := strconv.ParseInt(digits, 10, 64)
	if !ok || !closed || err != nil || version < 0 {
		return 0, fault.New(fault.KindStale, "stale", "Cet élément a changé depuis. Relisez-le avant de modifier.")
	}
	return version, nil
}
