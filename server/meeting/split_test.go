package meeting

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func corpusText(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// invitations are whole ones, as the tools write them, in several languages.
var invitations = []string{
	"zoom-fr-web", "zoom-fr-narrow-spaces", "zoom-en-us", "zoom-de", "zoom-de-24h", "zoom-es", "zoom-pt-br", "zoom-bold-chat", "zoom-forwarded",
	"teams-fr", "teams-en", "teams-de", "teams-es", "teams-pt", "meet-fr", "meet-en", "meet-de", "webex-fr", "webex-en", "webex-de",
}

// TestGluedInvitations: two invitations one after the other are two again, and each says what it says alone.
func TestGluedInvitations(t *testing.T) {
	t.Parallel()
	separators := []string{"\n", "\n\n", "\n\n\n", "\r\n\r\n", "\n----------\n", "\n\n----------\n\n"}
	for i, first := range invitations {
		for j, second := range invitations {
			one, two := corpusText(t, first), corpusText(t, second)
			alone := []Result{mustParse(t, one), mustParse(t, two)}
			if NormalisedURL(alone[0].URL) == NormalisedURL(alone[1].URL) || Key(alone[0].Tool, alone[0].MeetingID) == Key(alone[1].Tool, alone[1].MeetingID) {
				continue // the same meeting
			}
			// every pair with two of the separators, and every separator with many pairs
			for _, between := range []string{separators[(i+j)%len(separators)], separators[(i*2+j+3)%len(separators)]} {
				parts := Split(strings.TrimSpace(one) + between + strings.TrimSpace(two))
				if len(parts) != 2 {
					t.Errorf("%s%q%s: %d parts", first, between, second, len(parts))
					continue
				}
				for k, part := range parts {
					got, want := mustParse(t, part), alone[k]
					if got.MeetingID != want.MeetingID || got.URL != want.URL || got.HasStart != want.HasStart || !got.StartsAt.Equal(want.StartsAt) || got.Passcode != want.Passcode || got.Tool != want.Tool {
						t.Errorf("%s%q%s: part %d says\n%+v\nalone it says\n%+v\npart:\n%s", first, between, second, k+1, got, want, part)
					}
				}
			}
		}
	}
}

func mustParse(t testing.TB, text string) Result {
	t.Helper()
	r, err := Parse(text, corpusNow, "")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestManyInvitations: a day's worth, of one tool.
func TestManyInvitations(t *testing.T) {
	var all []string
	for i := range 30 {
		number := fmt.Sprintf("876543%05d", i)
		spaced := number[:3] + " " + number[3:7] + " " + number[7:]
		all = append(all, strings.NewReplacer("87654321098", number, "876 5432 1098", spaced, "02:30 PM", fmt.Sprintf("%02d:%02d AM", 8+i/10, i%10*5)).
			Replace(corpusText(t, "zoom-fr-web")))
	}
	parts := Split(strings.Join(all, "\n"))
	if len(parts) != 30 {
		t.Fatalf("%d parts", len(parts))
	}
	for i, part := range parts {
		if got, want := mustParse(t, part), mustParse(t, all[i]); got.MeetingID != want.MeetingID || !got.StartsAt.Equal(want.StartsAt) || got.Passcode != want.Passcode {
			t.Errorf("part %d: %+v, want %+v", i, got, want)
		}
	}
}

func TestWhatIsNotSplit(t *testing.T) {
	link := func(n int) string { return fmt.Sprintf("https://us02web.zoom.us/j/8765432%04d?pwd=Ab12.1", n) }
	var table strings.Builder
	for i := range 5 {
		fmt.Fprintf(&table, "DUPONT\tJeanne\t02/01/1980\t%s\n", link(i))
	}
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"nothing", "", 0},
		{"words", "Bonjour,\nvoici la liste de demain.\n", 0},
		{"one", corpusText(t, "zoom-fr-web"), 1},
		{"one link", link(1), 1},
		{"rows of a spreadsheet", table.String(), 0},
		{"rows with semicolons", strings.ReplaceAll(table.String(), "\t", ";"), 0},
		{"rows with commas", strings.ReplaceAll(table.String(), "\t", ","), 0},
		{"a header above them", "Nom\tPrénom\tNé le\tLien\n" + table.String(), 0},
		{"links, one a line", link(1) + "\n" + link(2) + "\n" + link(3), 3},
		{"a link twice", link(1) + "\n" + link(1) + "\n", 1},
		{"a link with its help page", link(1) + "\nhttps://us02web.zoom.us/u/kdQXyZ12ab\n", 1},
		{"a host that looks alike", link(1) + "\n\nhttps://us02web.zoom.us.evil.example/j/87654321098?pwd=Ab12.1\n", 2},
		{"two invitations that name no link", "Réunion Zoom\nID de réunion : 876 5432 1098\n", 0},
	} {
		if got := Split(c.text); len(got) != c.want {
			t.Errorf("%s: %d parts, want %d: %q", c.name, len(got), c.want, got)
		}
	}
}

// checkSplit: no line with a link is lost or told twice, and every part has a meeting.
func checkSplit(text string) error {
	parts := Split(text)
	if len(parts) == 0 {
		return nil
	}
	lines := func(text string) (all []string) {
		for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
			if line = strings.TrimSpace(line); line != "" {
				all = append(all, line)
			}
		}
		return all
	}
	if got, want := lines(strings.Join(parts, "\n")), lines(text); !slices.Equal(got, want) {
		return fmt.Errorf("lines %q, want %q", got, want)
	}
	for _, part := range parts {
		if !slices.ContainsFunc(lines(part), func(line string) bool { return meetingOf(line) != "" }) {
			return fmt.Errorf("a part without a meeting: %q", part)
		}
	}
	return nil
}

func TestSplitLosesNothing(t *testing.T) {
	var seeds []string
	for _, name := range invitations {
		seeds = append(seeds, strings.Split(corpusText(t, name), "\n")...)
	}
	seeds = append(seeds, "", "", "Bonjour", "a\tb;c", "https://exemple.fr")
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(seeds), 0, 40).Draw(r, "lines"), rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(r, "end"))
		if err := checkSplit(text); err != nil {
			r.Fatal(err)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for i, name := range invitations {
		f.Add(corpusText(f, name) + "\n" + corpusText(f, invitations[(i+7)%len(invitations)]))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if err := checkSplit(text); err != nil {
			t.Fatal(err)
		}
	})
}
