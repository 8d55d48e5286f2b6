package mssante_test

import (
	"strings"
	"testing"
	"time"

	"teleconsult/notifications/bounce"
	"teleconsult/notifications/mssante"
	"teleconsult/server/devbox/operator"
)

const (
	host  = "devbox.mssante.fr"
	ourID = "01900000-0000-7000-8000-000000000001"
	ours  = "<" + ourID + "@" + host + ">"
	to    = "parc@pharmacie.mssante.fr"
)

var at = time.Date(2026, time.May, 12, 13, 0, 0, 0, time.UTC)

func TestDispositions(t *testing.T) {
	t.Parallel()
	subject := "XDM/1.0/DDM+Document DURAND Zoé 03/02/1950"
	for name, c := range map[string]struct {
		subject, disposition string
		kind                 mssante.Kind
		code, label          string
	}{
		"taken in":                   {subject, "processed", mssante.Processed, "", ""},
		"in capitals":                {subject, "PROCESSED", mssante.Processed, "", ""},
		"seen":                       {subject, "displayed", mssante.Displayed, "", ""},
		"with a modifier":            {subject, "displayed/expired", mssante.Displayed, "", ""},
		"refused with a code":        {subject, "processed/Error: E042^Patient inconnu", mssante.Refused, "E042", "Patient inconnu"},
		"refused without a label":    {subject, "processed/error: 12", mssante.Refused, "12", ""},
		"refused without a reason":   {subject, "processed/error", mssante.Refused, "", ""},
		"refused, with a caret more": {subject, "processed/Error: 7^a^b", mssante.Refused, "7", "a^b"},
		"failed":                     {subject, "failed", mssante.Refused, "", ""},
		"failure":                    {subject, "failed/failure: 9^plein", mssante.Refused, "9", "plein"},
		"refused in the subject":     {"[KO Intégration système !][E042] " + subject, "processed", mssante.Refused, "E042", ""},
		"refused, encoded subject":   {"=?UTF-8?q?=5BKO_Int=C3=A9gration_syst=C3=A8me_!=5D=5BE7=5D_XDM?=", "processed", mssante.Refused, "E7", ""},
		"refused, no code":           {"[KO Intégration système !] " + subject, "processed", mssante.Refused, "", ""},
		"both":                       {"[KO Intégration système !][E1] " + subject, "processed/Error: E2^x", mssante.Refused, "E2", "x"},
		"thrown away":                {subject, "deleted", mssante.Deleted, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := operator.Disposition(to, ours, c.subject, c.disposition, at)
			d, err := mssante.Parse([]byte(raw), host)
			if err != nil {
				t.Fatal(err)
			}
			if d.Kind != c.kind || d.Code != c.code || d.Label != c.label || d.MessageID != ourID || d.Recipient != to || d.Original != to {
				t.Errorf("%+v", d)
			}
			report, says := d.Report()
			want := map[mssante.Kind]bounce.Action{
				mssante.Processed: bounce.ActionDelivered, mssante.Displayed: bounce.ActionDelivered, mssante.Refused: bounce.ActionFailed,
			}[c.kind]
			if says != (want != "") || says && (report.Recipients[0].Action != want || !report.Recipients[0].Is(to) || report.Proven) {
				t.Errorf("report %+v %v", report, says)
			}
		})
	}
}

func TestTheSameNotificationHasOneKey(t *testing.T) {
	t.Parallel()
	raw := operator.Disposition(to, ours, "x", "processed", at)
	one, err := mssante.Parse([]byte(raw), host)
	if err != nil {
		t.Fatal(err)
	}
	again, err := mssante.Parse([]byte(strings.ReplaceAll("Received: by relay\n"+raw, "\n", "\r\n")), host)
	if err != nil || one.Key != again.Key {
		t.Errorf("%v: keys %s and %s", err, one.Key, again.Key)
	}
	if other, err := mssante.Parse([]byte(operator.Disposition(to, ours, "x", "displayed", at)), host); err != nil || other.Key == one.Key {
		t.Errorf("another notification has the same key (%v)", err)
	}
}

func TestWhatIsNoNotification(t *testing.T) {
	t.Parallel()
	good := operator.Disposition(to, ours, "x", "processed", at)
	for name, raw := range map[string]string{
		"nothing":                 "",
		"a letter":                "From: a@b.mssante.fr\nSubject: [KO Intégration système !][1] XDM\n\nBonjour",
		"about another's mail":    strings.Replace(good, host+">", "other.mssante.fr>", 1),
		"about no id of ours":     strings.Replace(good, ourID, "hello", 1),
		"without a disposition":   strings.Replace(good, "Disposition: ", "X-Disposition: ", 1),
		"with an unknown word":    strings.Replace(good, "; processed", "; pondered", 1),
		"a delivery report":       operator.Report(to, ours, "delivered", "2.0.0", "smtp; 250 ok", at),
		"sent on by somebody":     "From: a@b.mssante.fr\nContent-Type: multipart/mixed; boundary=z\n\n--z\nContent-Type: message/rfc822\n\n" + good + "\n--z--\n",
		"cut off before it's due": good[:strings.Index(good, "Original-Message-ID")],
	} {
		if d, err := mssante.Parse([]byte(raw), host); err == nil {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

func TestFoldedAndSloppyFields(t *testing.T) {
	t.Parallel()
	raw := operator.Disposition(to, ours, "x", "processed", at)
	raw = strings.Replace(raw, "Original-Message-ID: "+ours, "original-message-id:\n\t"+ours, 1)
	raw = strings.Replace(raw, "; processed", ";\n processed/Error:\n E1^Trop\x01long", 1)
	raw = strings.Replace(raw, "Final-Recipient: rfc822;"+to, "Final-Recipient: <"+strings.ToUpper(to)+">", 1)
	d, err := mssante.Parse([]byte(raw), host)
	if err != nil || d.Kind != mssante.Refused || d.Code != "E1" || d.Label != "Trop long" || d.Recipient != to {
		t.Errorf("%+v %v", d, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(operator.Disposition(to, ours, "[KO x][1] y", "processed/Error: E042^Patient inconnu", at)))
	f.Add([]byte(operator.Disposition(to, ours, "x", "displayed", at)))
	f.Add([]byte(operator.Report(to, ours, "failed", "5.1.1", "smtp; 550", at)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := mssante.Parse(raw, host)
		if err != nil {
			return
		}
		if d.MessageID == "" || d.Kind == "" || d.Key == "" || len(d.Code) > 200 || len(d.Label) > 200 || strings.ContainsAny(d.Code+d.Label+d.Recipient, "\r\n\x00") {
			t.Errorf("%+v", d)
		}
	})
}
