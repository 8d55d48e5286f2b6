package consent_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func noticeFor(t *testing.T, s consent.Setting) consent.Notice {
	t.Helper()
	n, err := consent.NoticeFor(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNoticeVersionFollowsWhatIsRead(t *testing.T) {
	zoom := consent.Setting{Language: "fr", Tool: "zoom", Preferred: "ortif"}
	one := noticeFor(t, zoom)
	if again := noticeFor(t, zoom); again != one {
		t.Error("the same setting gives two notices")
	}
	if len(one.Version) != 64 || strings.Trim(one.Version, "0123456789abcdef") != "" {
		t.Errorf("version %q", one.Version)
	}
	seen := map[string]consent.Setting{}
	for _, language := range []string{"fr", "en"} {
		for _, tool := range []string{
			"ortif", "zoom", "lasuite_visio", "teams", "webex", "jitsi", "google_meet", "bigbluebutton", "doctolib", "doxy_me", "other", "telephone",
		} {
			for _, secure := range []bool{true, false} {
				for _, representative := range []bool{true, false} {
					s := consent.Setting{Language: language, Tool: tool, Secure: secure, Preferred: "ortif", Representative: representative}
					n := noticeFor(t, s)
					if n.Language != language || n.Tool != tool {
						t.Errorf("%+v gives %s %s", s, n.Language, n.Tool)
					}
					other, known := seen[n.Version]
					onlySecurityDiffers := tool == "telephone" && other.Tool == tool && other.Representative == representative && other.Language == language
					if known && !onlySecurityDiffers {
						t.Errorf("%+v and %+v have the same version", s, other)
					}
					seen[n.Version] = s
				}
			}
		}
	}
}

// The notice promises only what the server does: links are erased after a day, nothing else is.
func TestNoticePromisesNoOtherRetention(t *testing.T) {
	for _, c := range []struct {
		language, link string
		law            string
		wrong          []string
	}{
		{"fr", "effacés le lendemain", "article R. 1112-7", []string{"90 jours", "trois mois"}},
		{"en", "erased the day after", "article R1112-7", []string{"90 days", "three months"}},
	} {
		for _, tool := range []string{"ortif", "zoom", "telephone"} {
			body := noticeFor(t, consent.Setting{Language: c.language, Tool: tool}).Body
			if !strings.Contains(body, c.law) {
				t.Errorf("%s %s does not name %s", c.language, tool, c.law)
			}
			if strings.Contains(body, c.link) != (tool != "telephone") {
				t.Errorf("%s %s: a call has no link to erase, a video has", c.language, tool)
			}
			for _, w := range c.wrong {
				if strings.Contains(body, w) {
					t.Errorf("%s %s promises %q", c.language, tool, w)
				}
			}
		}
	}
}

func TestNoticeNamesItsController(t *testing.T) {
	n := noticeFor(t, consent.Setting{Language: "fr", Tool: "zoom"})
	if !strings.Contains(n.Body, "55 boulevard Diderot") {
		t.Error("no controller")
	}
	other := noticeFor(t, consent.Setting{Language: "fr", Tool: "zoom", Controller: consent.Controller{Name: "CHU d'essai", DPO: "dpo@exemple.fr"}})
	if !strings.Contains(other.Body, "Responsable\u00a0: CHU d'essai. ") || !strings.Contains(other.Body, "dpo@exemple.fr") || strings.Contains(other.Body, "AP-HP") {
		t.Error("another controller is not named")
	}
	if _, err := consent.NoticeFor(consent.Setting{Language: "de", Tool: "zoom"}); err == nil {
		t.Error("a notice in an unknown language")
	}
}

func TestStoreNoticeKeepsTheFirst(t *testing.T) {
	d := dbtest.New(t)
	n := noticeFor(t, consent.Setting{Language: "en", Tool: "teams"})
	first := time.Date(2026, 5, 11, 7, 0, 0, 0, time.UTC)
	for i := range 2 {
		err := d.InTx(context.Background(), db.Departments(), func(ctx context.Context, tx db.Tx) error {
			return consent.StoreNotice(ctx, tx, first.AddDate(0, i, 0), n)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var stored struct {
		Version, Language, Tool, Body string
		FirstUsedAt                   time.Time `db:"first_used_at"`
	}
	err := d.InTx(context.Background(), db.Departments(), func(ctx context.Context, tx db.Tx) error {
		return tx.GetContext(ctx, &stored, `SELECT version, language, tool, body, first_used_at FROM notice`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if (consent.Notice{Version: stored.Version, Language: stored.Language, Tool: stored.Tool, Body: stored.Body}) != n || !stored.FirstUsedAt.Equal(first) {
		t.Errorf("stored %+v", stored)
	}
}
