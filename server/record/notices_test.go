package record_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"teleconsult/server/consent"
	"teleconsult/server/db"
	"teleconsult/server/encounter"
	"teleconsult/server/fault"
	"teleconsult/server/record"
)

// A decision points at the text that was shown, whatever the product says later.
func TestNoticesStayAsTheyWereShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := &record.Service{Encounters: w.Encounters}
	id := w.Plan()
	setting := consent.Setting{Language: "fr", Tool: "zoom", Preferred: "ortif"}
	first, err := consent.NoticeFor(setting)
	if err != nil {
		t.Fatal(err)
	}
	// The hospital changes its text: the same setting gives another version from then on.
	setting.Controller = consent.Controller{Name: "Hôpital d’hier, 1 rue du Pont", DPO: "dpo@exemple.fr"}
	second, err := consent.NoticeFor(setting)
	if err != nil || first.Version == second.Version {
		t.Fatalf("%v: the version is that of the text", err)
	}
	decide := func(n consent.Notice, verdict consent.Verdict) {
		w.Now = w.Now.Add(time.Minute)
		w.In(func(ctx context.Context, tx db.Tx) error {
			if err := consent.StoreNotice(ctx, tx, w.Now, n); err != nil {
				return err
			}
			return consent.Record(ctx, tx, id, w.Department, consent.Decision{
				Verdict: verdict, Tool: "zoom", Mode: consent.Web, Giver: consent.ByPatient, NoticeVersion: n.Version,
				DecidedAt: w.Now, RecordedAt: w.Now,
			})
		})
	}
	decide(second, consent.Agreed)
	decide(first, consent.Withdrawn)
	decide(second, consent.Agreed) // kept already, and not written over

	shown, err := s.Notices(t.Context(), w.Secretary, id)
	if err != nil || len(shown) != 2 || shown[0].Version != second.Version || shown[1].Version != first.Version {
		t.Fatalf("%+v, %v", shown, err)
	}
	if !shown[0].Standing || shown[1].Standing {
		t.Error("which text the standing decision was taken on")
	}
	old, now := text(shown[0]), text(shown[1])
	if !strings.Contains(old, "Hôpital d’hier") || strings.Contains(now, "Hôpital d’hier") || !strings.Contains(now, "Zoom") {
		t.Errorf("the old text\n%s\nthe present one\n%s", old, now)
	}
	if w.Traced(id, "notices.read") != 1 {
		t.Error("who reads is traced")
	}
	w.In(func(ctx context.Context, tx db.Tx) error {
		f, err := encounter.Load(ctx, tx, id, w.Department)
		if err == nil && f.Consent().NoticeVersion != second.Version {
			t.Error("the decision points at another text")
		}
		return err
	})
	if _, err = s.Notices(t.Context(), w.Stranger, id); fault.KindOf(err) != fault.KindNotFound {
		t.Errorf("a stranger: %v", err)
	}
	if shown, err = s.Notices(t.Context(), w.Secretary, w.Plan()); err != nil || shown == nil || len(shown) != 0 {
		t.Errorf("nothing shown yet: %v, %v", shown, err)
	}
}

func text(n record.ShownNotice) string {
	var b strings.Builder
	for _, s := range n.Sections {
		b.WriteString(s.Title + "\n")
		for _, p := range s.Parts {
			b.WriteString(p.Text + strings.Join(p.Items, "\n") + "\n")
		}
	}
	return b.String()
}
