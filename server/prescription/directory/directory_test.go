package directory_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/humatest"
	"pgregory.net/rapid"

	"teleconsult/server/auth"
	"teleconsult/server/devbox/pharmacies"
	"teleconsult/server/fault"
	"teleconsult/server/prescription/directory"
	"teleconsult/server/problem"
)

// ask makes a directory that enforces its protocol, and a client of it.
func ask(t *testing.T, entries []pharmacies.Entry, key string) *directory.Client {
	t.Helper()
	s, err := pharmacies.Start(t.Context(), &pharmacies.Directory{Entries: entries, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c, err := directory.New(s.URL(), key)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func names(all []directory.Pharmacy) []string {
	found := []string{}
	for _, p := range all {
		found = append(found, p.Name)
	}
	return found
}

func TestPharmaciesWithASecureMailboxAreFound(t *testing.T) {
	t.Parallel()
	entries := append(pharmacies.Demo(),
		pharmacies.Entry{Name: "PHARMACIE SANS MSS", Sector: "SA33", PostalCode: "75013", Mailboxes: []string{"contact@gmail.com", "x@mssante.fr.evil.example"}},
		pharmacies.Entry{Name: "PHARMACIE FERMÉE", Sector: "SA33", PostalCode: "75013", Mailboxes: []string{"a@b.mssante.fr"}, Inactive: true},
		pharmacies.Entry{Name: "CABINET", Sector: "SA07", PostalCode: "75013", Mailboxes: []string{"a@b.mssante.fr"}},
		pharmacies.Entry{Name: "PHARMACIE LEROY, PÈRE", Sector: "SA65", PostalCode: "75013", Mailboxes: []string{"L@Leroy.MSSANTE.fr"}},
	)
	c := ask(t, entries, pharmacies.Key)
	for _, q := range []struct {
		search directory.Search
		want   []string
	}{
		{directory.Search{PostalCode: "75013"}, []string{"PHARMACIE DU PARC", "PHARMACIE DE LA GARE", "PHARMACIE LEROY, PÈRE"}},
		{directory.Search{PostalCode: "75013", Name: "gare"}, []string{"PHARMACIE DE LA GARE"}},
		{directory.Search{PostalCode: "75013", Name: "leroy, père"}, []string{"PHARMACIE LEROY, PÈRE"}},
		{directory.Search{PostalCode: "75014"}, []string{"PHARMACIE MUTUALISTE (logiciel en panne)"}},
		{directory.Search{PostalCode: "20000"}, []string{}},
	} {
		got, err := c.Pharmacies(t.Context(), q.search)
		if err != nil || !slices.Equal(names(got), q.want) {
			t.Errorf("%+v: %q %v, want %q", q.search, names(got), err, q.want)
		}
	}
	got, err := c.Pharmacies(t.Context(), directory.Search{PostalCode: "75013", Name: "parc"})
	if err != nil {
		t.Fatal(err)
	}
	want := directory.Pharmacy{
		Name: "PHARMACIE DU PARC", Street: "3 RUE DE L'EXEMPLE", PostalCode: "75013", City: "PARIS", FINESS: "750000010",
		Addresses: []string{"parc@pharmacie.mssante.fr"}, // the plain contact is left out
	}
	if fmt.Sprint(got[0]) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", got[0], want)
	}
}

func TestPagesAreFollowed(t *testing.T) {
	t.Parallel()
	var many []pharmacies.Entry
	for i := range 120 {
		many = append(many, pharmacies.Entry{Name: fmt.Sprint("PHARMACIE ", i), Sector: "SA33", PostalCode: "75013", Mailboxes: []string{fmt.Sprintf("p%d@x.mssante.fr", i)}})
	}
	got, err := ask(t, many, pharmacies.Key).Pharmacies(t.Context(), directory.Search{PostalCode: "75013"})
	if err != nil || len(got) != 120 || got[119].Name != "PHARMACIE 119" {
		t.Errorf("%d found, %v", len(got), err)
	}
}

// Many who ask at once never make more calls in a second than the directory takes: it refuses those that are too many, and
// none is refused.
func TestTheLimitOfCallsIsKept(t *testing.T) {
	t.Parallel()
	d := &pharmacies.Directory{Entries: pharmacies.Demo(), Now: time.Now}
	var refused atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		d.ServeHTTP(answer, r)
		if answer.Code == http.StatusTooManyRequests {
			refused.Add(1)
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(s.Close)
	c, err := directory.New(s.URL+"/fhir/v2", pharmacies.Key)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 24 {
		all.Go(func() {
			if _, err := c.Pharmacies(t.Context(), directory.Search{PostalCode: "75013"}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := refused.Load(); n != 0 {
		t.Errorf("%d calls were refused", n)
	}
}

func TestWhatGoesWrongIsSaid(t *testing.T) {
	t.Parallel()
	busy := 0
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"a wrong key":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }, "directory_refused"},
		"a failure":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "directory_unreachable"},
		"another thing": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, "directory_unreachable"},
		"another answer": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"resourceType":"OperationOutcome"}`))
		}, "directory_unreachable"},
		"sent elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/", http.StatusFound)
		}, "directory_unreachable"},
		"busy for a while": {func(w http.ResponseWriter, _ *http.Request) {
			if busy++; busy == 1 {
				w.Header().Set("Retry-After", "1")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			_, _ = w.Write([]byte(`{"resourceType":"Bundle"}`))
		}, ""},
	} {
		s := httptest.NewServer(c.answer)
		t.Cleanup(s.Close)
		client, err := directory.New(s.URL, "key")
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Pharmacies(t.Context(), directory.Search{PostalCode: "75013"})
		if got := fault.CodeOf(err); got != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := ask(t, nil, "another key").Pharmacies(t.Context(), directory.Search{PostalCode: "75013"}); fault.CodeOf(err) != "directory_refused" {
		t.Errorf("a wrong key at the directory: %v", err)
	}
	nobody, err := directory.New("http://127.0.0.1:1", "key")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = nobody.Pharmacies(t.Context(), directory.Search{PostalCode: "75013"}); fault.CodeOf(err) != "directory_unreachable" {
		t.Errorf("nobody answers: %v", err)
	}
	none, err := directory.New("", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = none.Pharmacies(t.Context(), directory.Search{PostalCode: "75013"}); fault.CodeOf(err) != "directory_not_configured" {
		t.Errorf("not configured: %v", err)
	}
}

// Our key goes to the directory and to nobody else, whatever a page names as the next one.
func TestTheKeyStaysWithTheDirectory(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"resourceType": "Bundle", "link": []any{map[string]string{"relation": "next", "url": other.URL + "/next"}}})
	}))
	t.Cleanup(s.Close)
	c, err := directory.New(s.URL, "key")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.Pharmacies(t.Context(), directory.Search{PostalCode: "75013"}); err != nil || elsewhere.Load() != 0 {
		t.Errorf("%v, %d calls elsewhere", err, elsewhere.Load())
	}
}

// Whatever name is typed, it is one value of one parameter, and the directory finds what has it in its name.
func TestAnyNameIsAskedForAsItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringMatching(`[A-Za-zéè,|$\\&=+#%? ']{1,12}`).Draw(r, "name")
		if strings.TrimSpace(name) == "" {
			return
		}
		d := ask(t, []pharmacies.Entry{{Name: name, Sector: "SA33", PostalCode: "75013", Mailboxes: []string{"a@b.mssante.fr"}}}, pharmacies.Key)
		got, err := d.Pharmacies(t.Context(), directory.Search{PostalCode: "75013", Name: name})
		if err != nil || len(got) != 1 {
			r.Errorf("%q: %v %v", name, got, err)
		}
	})
}

func TestPharmaciesOverHTTP(t *testing.T) {
	t.Parallel()
	problem.Install()
	_, api := humatest.New(t)
	directory.Register(api, ask(t, pharmacies.Demo(), pharmacies.Key))
	in := func(role auth.Role) auth.Caller {
		return auth.Caller{StaffID: "x", Roles: map[string][]auth.Role{"d": {role}}}
	}
	signedIn := auth.WithCaller(t.Context(), in(auth.Secretary))
	answer := api.GetCtx(signedIn, "/pharmacies?postalCode=75013&name=gare")
	var body struct{ Items []directory.Pharmacy }
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil || answer.Code != http.StatusOK || len(body.Items) != 1 || answer.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v: %s (%v)", answer.Code, answer.Header(), answer.Body, err)
	}
	if answer = api.GetCtx(auth.WithCaller(t.Context(), in(auth.Manager)), "/pharmacies?postalCode=75013"); answer.Code != http.StatusForbidden {
		t.Errorf("a manager: %d", answer.Code)
	}
	if answer = api.GetCtx(t.Context(), "/pharmacies?postalCode=75013"); answer.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", answer.Code)
	}
	for _, path := range []string{"/pharmacies", "/pharmacies?postalCode=7501", "/pharmacies?postalCode=75013x", "/pharmacies?postalCode=75013&name=" + strings.Repeat("a", 101)} {
		if answer = api.GetCtx(signedIn, path); answer.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", path, answer.Code)
		}
	}
}
