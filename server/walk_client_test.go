package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"teleconsult/server/demo"
)

// app is the running program with its demo people.
type app struct {
	t     *testing.T
	url   string
	paris *time.Location
}

// startApp runs "teleconsult serve" in this process, on a data folder and a port of its own, with these settings more.
func startApp(t *testing.T, settings ...string) *app {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "teleconsult-walk-") //nolint:usetesting // another user must be able to enter it: t.TempDir is closed to all but root
	if err != nil {
		t.Fatal(err)
	}
	if err = os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"serve"}, append([]string{"PORT=0", "DATA_DIR=" + folder}, settings...), strings.NewReader(""), in)
		_ = in.CloseWithError(err)
		ended <- err
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the program ended with %v", err)
		}
		_ = os.RemoveAll(folder)
	})
	a := &app{t: t, paris: zone}
	a.url = awaitReady(t, out)
	return a
}

// awaitReady reads the log until the server says where it listens, and keeps draining it.
func awaitReady(t *testing.T, log io.Reader) string {
	t.Helper()
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(log)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var line struct{ Msg, Public, Level string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "ready" {
				ready <- line.Public
			}
			if line.Level == "ERROR" {
				t.Log(lines.Text())
			}
		}
		close(ready)
	}()
	select {
	case address, ok := <-ready:
		if !ok {
			t.Fatal("the program ended before it was ready")
		}
		return address
	case <-time.After(60 * time.Second):
		t.Fatal("the program is not ready after a minute")
	}
	return ""
}

// until waits for something that another part of the program does.
func (a *app) until(what string, done func() bool) {
	a.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			a.t.Fatalf("%s did not happen within 20 seconds", what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// letter is one message in the devbox's mailbox.
type letter struct {
	ID          string `json:"id"`
	Channel     string `json:"channel"`
	To          string `json:"to"`
	Subject     string `json:"subject"`
	Text        string `json:"text"`
	HTML        string `json:"html"`
	Attachments []struct {
		Name string `json:"name"`
		Type string `json:"type"`
	} `json:"attachments"`
}

// waitForMail returns the newest message to somebody, other than the one already known.
func (a *app) waitForMail(to, known string) letter {
	a.t.Helper()
	var found letter
	a.until("a message to the patient", func() bool {
		var box []letter
		a.client().get("/dev/mailbox.json", &box)
		for _, l := range box {
			if l.To == to && l.ID != known {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

var personalLink = regexp.MustCompile(`https?://[^\s"<>]+/p/[0-9A-Za-z]{16}`)

func (l letter) personalLink(t *testing.T) string {
	t.Helper()
	link := personalLink.FindString(l.Text)
	if link == "" {
		t.Fatalf("no personal link in:\n%s", l.Text)
	}
	return link
}

// client is a browser with its cookies.
type client struct {
	*app
	http *http.Client
}

func (a *app) client() *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return &client{app: a, http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

func (a *app) signIn(email string) *client {
	a.t.Helper()
	c := a.client()
	c.do(http.MethodPost, "/session", map[string]any{"email": email, "password": demo.Password}, http.StatusOK, nil)
	return c
}

// raw calls the API and returns status and body.
func (c *client) raw(method, path, body string, header http.Header) (int, []byte) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, c.url+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("X-Requested-With", "teleconsult")
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, content
}

// do calls the API, insists on a status, and reads the answer.
func (c *client) do(method, path string, in any, status int, out any) {
	c.t.Helper()
	body := ""
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			c.t.Fatal(err)
		}
		body = string(b)
	}
	got, content := c.raw(method, path, body, nil)
	if got != status {
		c.t.Fatalf("%s %s: %d, want %d\n%s", method, path, got, status, content)
	}
	if out != nil {
		if err := json.Unmarshal(content, out); err != nil {
			c.t.Fatalf("%s %s: %v\n%s", method, path, err, content)
		}
	}
}

func (c *client) get(path string, out any) {
	c.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.url+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := c.http.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if err = json.NewDecoder(answer.Body).Decode(out); err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
}

// view is what the walk looks at of an encounter.
type view struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	NextStep string `json:"nextStep"`
	Presence *struct {
		State string `json:"state"`
	} `json:"presence"`
	Chain []struct {
		Number   int    `json:"number"`
		Code     string `json:"code"`
		State    string `json:"state"`
		ActsNext string `json:"actsNext"`
		Evidence string `json:"evidence"`
	} `json:"chain"`
	Link *struct {
		URL string `json:"url"`
	} `json:"link"`
	Messages []struct {
		ID          string `json:"id"`
		Purpose     string `json:"purpose"`
		Word        string `json:"word"`
		Code        string `json:"code"`
		Explanation string `json:"explanation"`
	} `json:"messages"`
}

func (v view) wantStep(t *testing.T, code, state, acts string) {
	t.Helper()
	for _, s := range v.Chain {
		if s.Code == code && (s.State != state || s.ActsNext != acts) {
			t.Errorf("%s is %s by %s (%s), want %s by %s", code, s.State, s.ActsNext, s.Evidence, state, acts)
		}
	}
}

type person struct{ family, given, born, email, mobile string }

func (c *client) schedule(start time.Time, who person, tool string) view {
	c.t.Helper()
	var me struct {
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	c.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	department := me.Departments[0].ID
	var practitioners struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	c.do(http.MethodGet, "/departments/"+department+"/practitioners", nil, http.StatusOK, &practitioners)
	var v view
	c.do(http.MethodPost, "/encounters", map[string]any{
		"departmentId": department, "practitionerId": practitioners.Items[0].ID, "date": start.Format(time.DateOnly),
		"time": start.Format("15:04"), "durationMinutes": 20, "modality": "video", "tool": tool, "toolReason": "ORTIF en panne",
		"repeatedHour": "first",
		"patient": map[string]any{
			"familyName": who.family, "givenName": who.given, "birthDate": who.born, "email": who.email, "mobile": who.mobile, "language": "fr",
		},
	}, http.StatusCreated, &v)
	return v
}

func (c *client) encounter(id string) view {
	c.t.Helper()
	var v view
	c.do(http.MethodGet, "/encounters/"+id, nil, http.StatusOK, &v)
	return v
}

func (c *client) command(id, name string, in any) view {
	c.t.Helper()
	var v view
	if in == nil && (name == "start" || name == "information") {
		in = map[string]any{}
	}
	c.do(http.MethodPost, "/encounters/"+id+"/"+name, in, http.StatusOK, &v)
	return v
}

// row finds the encounter in the practitioner's day.
func (c *client) row(id string) view {
	c.t.Helper()
	var me struct {
		Departments []struct {
			ID string `json:"id"`
		} `json:"departments"`
	}
	c.do(http.MethodGet, "/session", nil, http.StatusOK, &me)
	for _, day := range []time.Time{time.Now().In(c.paris), time.Now().In(c.paris).Add(30 * time.Minute)} {
		var page struct {
			Items []view `json:"items"`
		}
		c.do(http.MethodGet, "/worklists/day?departmentId="+me.Departments[0].ID+"&date="+day.Format(time.DateOnly), nil, http.StatusOK, &page)
		for _, v := range page.Items {
			if v.ID == id {
				return v
			}
		}
	}
	c.t.Fatal("the encounter is not in the day")
	return view{}
}

type draft struct {
	Text    string `json:"text"`
	Version string `json:"version"`
}

func (c *client) note(id string) draft {
	c.t.Helper()
	var d draft
	c.do(http.MethodGet, "/encounters/"+id+"/note", nil, http.StatusOK, &d)
	return d
}

// write saves what a practitioner typed after a call in which the patient said who they are.
func (c *client) write(id, findings string) {
	c.t.Helper()
	c.do(http.MethodPut, "/encounters/"+id+"/note", map[string]any{
		"findings": findings, "conclusion": "", "followUp": "", "reportFollows": false, "identityCheck": "stated", "participants": "",
		"revision": 0, "writer": "01900000-0000-7000-8000-000000000001",
	}, http.StatusOK, nil)
}

func (c *client) proposedCode(id string) string {
	c.t.Helper()
	var codes struct {
		Items []struct {
			ID       string `json:"id"`
			Proposed bool   `json:"proposed"`
		} `json:"items"`
	}
	c.do(http.MethodGet, "/activity-codes?encounterId="+id, nil, http.StatusOK, &codes)
	for _, code := range codes.Items {
		if code.Proposed {
			return code.ID
		}
	}
	c.t.Fatal("no code is proposed")
	return ""
}

// stream is a screen that follows live events.
type stream struct {
	t     *testing.T
	lines chan string
}

func (c *client) events() *stream {
	c.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	c.t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/api/v1/events", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	answer, err := (&http.Client{Jar: c.http.Jar}).Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	s := &stream{t: c.t, lines: make(chan string, 100)}
	go func() {
		lines := bufio.NewScanner(answer.Body)
		for lines.Scan() {
			s.lines <- lines.Text()
		}
	}()
	return s
}

// wait returns once an event about the encounter has come.
func (s *stream) wait(id string) {
	s.t.Helper()
	timeout := time.After(10 * time.Second)
	for {
		select {
		case line := <-s.lines:
			if strings.HasPrefix(line, "data:") && strings.Contains(line, id) {
				return
			}
		case <-timeout:
			s.t.Fatal("no live event about the encounter")
		}
	}
}

// patientBrowser is a handset on the personal page, without JavaScript.
type patientBrowser struct {
	*client
	link string
}

func (a *app) patient(link string) *patientBrowser {
	return &patientBrowser{client: a.client(), link: link}
}

func (p *patientBrowser) get(path string) string {
	p.t.Helper()
	answer, err := p.http.Get(p.link + path)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.read(answer)
}

func (p *patientBrowser) post(path string, fields ...string) string {
	p.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	answer, err := p.http.PostForm(p.link+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.read(answer)
}

func (p *patientBrowser) read(answer *http.Response) string {
	p.t.Helper()
	defer func() { _ = answer.Body.Close() }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(answer.Body); err != nil {
		p.t.Fatal(err)
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		p.t.Fatalf("%d: %s", answer.StatusCode, b.String())
	}
	return b.String()
}

// join presses the button that opens the meeting and returns where it leads.
func (p *patientBrowser) join() string {
	p.t.Helper()
	stay := *p.http
	stay.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := stay.PostForm(p.link+"/join", url.Values{})
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.Header.Get("Location")
}

var zoomChecklist = []string{
	"id_generated", "password_required", "host_video_on", "participant_video_on", "audio_both", "no_join_before_host",
	"waiting_room_on", "no_auto_recording",
}

func zoomInvitation(start time.Time, number string) string {
	return "Dr Claire Martin vous invite à une réunion Zoom planifiée.\n\nSujet: Rendez-vous AP-HP\nHeure: " +
		start.Format("02/01/2006 15:04") + " Paris\n\nParticiper à la réunion Zoom\nhttps://us02web.zoom.us/j/" + number +
		"?pwd=QWxhZGRpbjpvcGVu.1\n\nID de réunion: " + number[:3] + " " + number[3:7] + " " + number[7:] + "\nCode secret: 004217\n"
}
