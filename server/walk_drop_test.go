package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// hold plans a consultation and holds it at once, with the patient's agreement.
func (a *app) hold(secretary, practitioner *client, who person, number string) string {
	a.t.Helper()
	start := time.Now().In(a.paris).Add(20 * time.Minute).Truncate(time.Minute)
	id := secretary.schedule(start, who, "zoom").ID
	to := who.email
	if to == "" {
		to = "+33" + strings.ReplaceAll(who.mobile, " ", "")[1:]
	}
	patient := a.patient(a.waitForMail(to, "").personalLink(a.t))
	born := strings.Split(who.born, "-")
	patient.post("/birth-date", "day", born[2], "month", born[1], "year", born[0])
	patient.post("/answer", "answer", "agree")
	secretary.command(id, "link", map[string]any{"text": zoomInvitation(start, number), "declared": zoomChecklist})
	practitioner.command(id, "start", nil)
	practitioner.command(id, "finish", map[string]any{"incidents": []any{}})
	return id
}

// upload leaves a document for the patient of an encounter.
func (c *client) upload(id, query string, content []byte) (status int, answer string) {
	c.t.Helper()
	return c.send(http.MethodPost, "/encounters/"+id+"/drops"+query, "application/octet-stream", string(content))
}

type dropView struct {
	ID, State                string
	Locked                   bool
	TriesLeft, DownloadsLeft int
	FetchedAt                *time.Time
	Link, Password           *struct{ Channel, Recipient, Word string }
}

func (c *client) drops(id string) []dropView {
	c.t.Helper()
	var out struct{ Items []dropView }
	c.do(http.MethodGet, "/encounters/"+id+"/drops", nil, http.StatusOK, &out)
	return out.Items
}

var (
	dropLink     = regexp.MustCompile(`https?://[^\s"<>]+/p/drop/[0-9A-Za-z]{16}`)
	dropPassword = regexp.MustCompile(`\d{4}( \d{4}){4}`)
)

// letterLike waits for the message to somebody in which something stands.
func (a *app) letterLike(to string, pattern *regexp.Regexp) (l letter, found string) {
	a.t.Helper()
	a.until("the message", func() bool {
		var box []letter
		a.client().get("/dev/mailbox.json", &box)
		for _, l = range box {
			if found = pattern.FindString(l.Text); l.To == to && found != "" {
				return true
			}
		}
		return false
	})
	return l, found
}

func sampleDocument(size int) []byte {
	return []byte("%PDF-1.7\n" + strings.Repeat("Paracétamol 1 g\n", size/17) + "startxref\n9\n%%EOF\n")
}

// TestWalkOfADrop is a document that is left for a patient and fetched: the link comes by e-mail, the password by SMS,
// both are needed with the birth date, and the department sees that it arrived.
func TestWalkOfADrop(t *testing.T) {
	app := startApp(t)
	secretary, practitioner := app.signIn("secretaire@demo.test"), app.signIn("medecin@demo.test")
	who := person{family: "Depot", given: "Denise", born: "1951-04-09", email: "denise.depot@exemple.fr", mobile: "06 39 98 45 67"}
	id := app.hold(secretary, practitioner, who, "83333333333")
	document := sampleDocument(3 << 20)
	status, answer := practitioner.upload(id, "", document)
	if status != http.StatusCreated || strings.Contains(answer, "password") {
		t.Fatalf("%d %s", status, answer)
	}
	mail, link := app.letterLike(who.email, dropLink)
	text, password := app.letterLike("+33639984567", dropPassword)
	if mail.Channel != "email" || text.Channel != "sms" || dropPassword.MatchString(mail.Text+mail.HTML) || dropLink.MatchString(text.Text) {
		t.Errorf("the two go one way:\n%s\n%s", mail.Text, text.Text)
	}
	for _, word := range []string{"ordonnance", "Depot", "Denise", "Médecine interne", "Martin"} {
		if strings.Contains(mail.Subject+mail.Text+mail.HTML+text.Text, word) {
			t.Errorf("a message says %q", word)
		}
	}

	patient := app.patient(link)
	page := patient.get("")
	if !strings.Contains(page, "naissance") || strings.Contains(page, "Depot") || strings.Contains(page, "Martin") {
		t.Errorf("before anything is given the page shows:\n%s", page)
	}
	if page = patient.post("", "day", "9", "month", "4", "year", "1951", "password", "1234"); !strings.Contains(page, "20 chiffres") || practitioner.drops(id)[0].TriesLeft != 5 {
		t.Errorf("an incomplete password costs a try:\n%s", page)
	}
	wrong := "0000 1111 2222 3333 4444"
	if page = patient.post("", "day", "9", "month", "4", "year", "1951", "password", wrong); !strings.Contains(page, "ne correspond pas") || !strings.Contains(page, "4 essais") {
		t.Errorf("a wrong password:\n%s", page)
	}
	response, err := patient.http.PostForm(link, url.Values{"day": {"09"}, "month": {"4"}, "year": {"1951"}, "password": {" " + strings.ReplaceAll(password, " ", "-")}})
	if err != nil {
		t.Fatal(err)
	}
	got := patient.read(response)
	if !bytes.Equal([]byte(got), document) || response.ContentLength != int64(len(document)) {
		t.Fatalf("%d: %d bytes came back, of %d", response.StatusCode, len(got), len(document))
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": `attachment; filename="document.pdf"`, "Cache-Control": "no-store",
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
	} {
		if h := response.Header.Get(name); h != want {
			t.Errorf("%s: %q", name, h)
		}
	}
	app.until("the receipt", func() bool { return practitioner.drops(id)[0].FetchedAt != nil })
	if d := practitioner.drops(id)[0]; d.DownloadsLeft != 4 || d.TriesLeft != 5 || d.Link.Channel != "email" || d.Password.Channel != "sms" {
		t.Errorf("%+v", d)
	}
	// The document's page is none of the personal page: it marks nothing as read there.
	for _, m := range practitioner.encounter(id).Messages {
		if strings.HasPrefix(m.Purpose, "document-") && m.Word == "lu" {
			t.Errorf("%+v", m)
		}
	}
}

// TestWalkOfALockedDrop: the patient has a mobile alone, so the password is told; five wrong tries lock the document,
// and once unlocked and taken back it opens nothing.
func TestWalkOfALockedDrop(t *testing.T) {
	app := startApp(t)
	secretary, practitioner := app.signIn("secretaire@demo.test"), app.signIn("medecin@demo.test")
	who := person{family: "Verrou", given: "Yves", born: "1951-04-09", mobile: "06 39 98 45 68"}
	id := app.hold(secretary, practitioner, who, "84444444444")
	status, answer := practitioner.upload(id, "", sampleDocument(1000))
	var made struct{ ID, Password string }
	if err := json.Unmarshal([]byte(answer), &made); err != nil || status != http.StatusCreated || !dropPassword.MatchString(made.Password) {
		t.Fatalf("%d %s %v", status, answer, err)
	}
	practitioner.do(http.MethodPost, "/encounters/"+id+"/drops/"+made.ID+"/tell", nil, http.StatusNoContent, nil)
	_, link := app.letterLike("+33639984568", dropLink)
	patient := app.patient(link)
	right := []string{"day", "9", "month", "4", "year", "1951", "password", made.Password}
	for range 5 {
		patient.post("", "day", "9", "month", "4", "year", "1952", "password", made.Password)
	}
	if page := patient.post("", right...); !strings.Contains(page, "bloqué") || strings.Contains(page, "%PDF") {
		t.Errorf("after five wrong dates:\n%s", page)
	}
	if d := practitioner.drops(id)[0]; !d.Locked || d.TriesLeft != 0 {
		t.Errorf("%+v", d)
	}
	secretary.do(http.MethodPost, "/encounters/"+id+"/drops/"+made.ID+"/unlock", nil, http.StatusNoContent, nil)
	if page := patient.post("", right...); !strings.HasPrefix(page, "%PDF-1.7") {
		t.Errorf("unlocked:\n%.200s", page)
	}
	practitioner.do(http.MethodPost, "/encounters/"+id+"/drops/"+made.ID+"/revoke", nil, http.StatusNoContent, nil)
	if page := patient.post("", right...); !strings.Contains(page, "pas valable") {
		t.Errorf("taken back:\n%.200s", page)
	}
	if page := patient.get(""); !strings.Contains(page, "pas valable") {
		t.Errorf("taken back:\n%.200s", page)
	}
	history := map[string]any{}
	secretary.do(http.MethodGet, "/encounters/"+id+"/history", nil, http.StatusOK, &history)
}

// TestBadDrops: whatever is wrong with a document or with what is asked of one, the answer says so.
func TestBadDrops(t *testing.T) {
	app := startApp(t)
	secretary, practitioner := app.signIn("secretaire@demo.test"), app.signIn("medecin@demo.test")
	who := person{family: "Typographe", given: "Max", born: "1980-01-02", email: "max.typo@exemple.fr"}
	id := app.hold(secretary, practitioner, who, "85555555555")
	planned := secretary.schedule(time.Now().In(app.paris).AddDate(0, 0, 2), who, "zoom").ID
	unknown := "01900000-0000-7000-8000-000000000000"
	const stream, form = "application/octet-stream", "multipart/form-data; boundary=b"
	good := string(sampleDocument(2000))
	for _, c := range []badList{
		{"nothing", http.MethodPost, "/encounters/" + id + "/drops", stream, "", 422, "file_empty"},
		{"no kind", http.MethodPost, "/encounters/" + id + "/drops", "", "", 422, "file_empty"},
		{"a page", http.MethodPost, "/encounters/" + id + "/drops", stream, "<html>Typographe", 422, "file_kind_unknown"},
		{"a page as a PDF", http.MethodPost, "/encounters/" + id + "/drops", stream, "%PDF-1.4\n<html>Typographe", 422, "file_broken"},
		{"half a document", http.MethodPost, "/encounters/" + id + "/drops", stream, good[:1500], 422, "file_broken"},
		{"too large", http.MethodPost, "/encounters/" + id + "/drops", stream, string(sampleDocument(21 << 20)), 413, "file_too_large"},
		{"a form", http.MethodPost, "/encounters/" + id + "/drops", form, good, 415, "unsupported_media_type"},
		{"JSON", http.MethodPost, "/encounters/" + id + "/drops", asJSON, `{"file":"Typographe"}`, 415, "unsupported_media_type"},
		{"another channel", http.MethodPost, "/encounters/" + id + "/drops?link=fax", stream, good, 422, "not_allowed"},
		{"another way", http.MethodPost, "/encounters/" + id + "/drops?password=email", stream, good, 422, "not_allowed"},
		{"no number", http.MethodPost, "/encounters/" + id + "/drops?link=sms", stream, good, 409, "contact_missing"},
		{"before the end", http.MethodPost, "/encounters/" + planned + "/drops", stream, good, 409, "not_finished"},
		{"no encounter", http.MethodPost, "/encounters/" + unknown + "/drops", stream, good, 404, "not_found"},
		{"an id that is none", http.MethodPost, "/encounters/Typographe/drops", stream, good, 422, "invalid_id"},
		{"no drop", http.MethodPost, "/encounters/" + id + "/drops/" + unknown + "/revoke", "", "", 404, "not_found"},
		{"a drop that is none", http.MethodPost, "/encounters/" + id + "/drops/Typographe/unlock", "", "", 422, "invalid_id"},
		{"told before the end", http.MethodPost, "/encounters/" + planned + "/drops/" + unknown + "/tell", "", "", 409, "not_finished"},
	} {
		status, answer := practitioner.send(c.method, c.path, c.kind, c.body)
		var r refusal
		if err := json.Unmarshal([]byte(answer), &r); err != nil || status != c.status || r.Detail == "" || c.code != r.Code && strings.Join(r.codes(), " ") != c.code {
			t.Errorf("%s: %d, want %d %s\n%.300s", c.name, status, c.status, c.code, answer)
		}
		if strings.Contains(answer, "Typo") {
			t.Errorf("%s: the answer echoes what was sent: %s", c.name, answer)
		}
	}
	if n := len(practitioner.drops(id)); n != 0 {
		t.Errorf("%d drops after refusals", n)
	}
	for email, want := range map[string]int{
		"": http.StatusUnauthorized, "medecin2@demo.test": http.StatusNotFound, "admin@demo.test": http.StatusForbidden, "cadre@demo.test": http.StatusForbidden,
	} {
		c := app.client()
		if email != "" {
			c = app.signIn(email)
		}
		if status, answer := c.upload(id, "", sampleDocument(8<<20)); status != want {
			t.Errorf("%q: %d, want %d: %s", email, status, want, answer)
		}
	}
	nowhere := app.patient(app.url + "/p/drop/AAAAAAAAAAAAAAAA")
	if page := nowhere.get(""); !strings.Contains(page, "pas valable") {
		t.Errorf("an unknown link shows:\n%s", page)
	}
}
