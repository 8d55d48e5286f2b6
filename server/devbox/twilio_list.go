package devbox

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// texts is what the simulated account has taken, newest last.
type texts struct {
	mu  sync.Mutex
	all []text
}

func (l *texts) add(t text) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, t)
	if n := len(l.all) - 4*kept; n > 0 {
		l.all = slices.Delete(l.all, 0, n)
	}
}

// change applies f to one message, while it is still kept.
func (l *texts) change(sid string, f func(*text)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.all {
		if l.all[i].SID == sid {
			f(&l.all[i])
		}
	}
}

func (l *texts) become(sid, status string, now time.Time) {
	l.change(sid, func(t *text) {
		at := now.UTC().Format(time.RFC1123Z)
		t.Status, t.DateUpdated = status, at
		if status == "sent" {
			t.DateSent = &at
		}
		if status == "undelivered" {
			code, message := 30003, "Unreachable destination handset"
			t.ErrorCode, t.ErrorMessage = &code, &message
		}
	})
}

// pricePerSegment is what the simulator charges, in the account's currency.
const pricePerSegment = 0.076

func (l *texts) charge(sid string) {
	l.change(sid, func(t *text) {
		n, _ := strconv.Atoi(t.NumSegments)
		price := fmt.Sprintf("-%.5f", pricePerSegment*float64(n))
		t.Price = &price
	})
}

// find returns the messages that a query asks for, newest first, as Twilio sorts them.
func (l *texts) find(query url.Values) []text {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []text
	for _, t := range slices.Backward(l.all) {
		from := ""
		if t.From != nil {
			from = *t.From
		}
		if wants(query, "To", t.To) && wants(query, "From", from) && sentWithin(query, t) {
			found = append(found, t)
		}
	}
	return found
}

func wants(query url.Values, name, value string) bool {
	return query.Get(name) == "" || query.Get(name) == value
}

// sentWithin applies DateSent, DateSent< and DateSent>; what was not sent yet is in none of them.
func sentWithin(query url.Values, t text) bool {
	for name, ok := range map[string]func(sent, limit time.Time) bool{
		"DateSent":  func(sent, limit time.Time) bool { return sent.Format(time.DateOnly) == limit.Format(time.DateOnly) },
		"DateSent<": func(sent, limit time.Time) bool { return !sent.After(limit) },
		"DateSent>": func(sent, limit time.Time) bool { return !sent.Before(limit) },
	} {
		given := query.Get(name)
		if given == "" {
			continue
		}
		limit, err := time.Parse(time.RFC3339, given)
		if err != nil {
			limit, err = time.Parse(time.DateOnly, given)
		}
		if err != nil || t.DateSent == nil {
			return false
		}
		sent, err := time.Parse(time.RFC1123Z, *t.DateSent)
		if err != nil || !ok(sent.UTC(), limit.UTC()) {
			return false
		}
	}
	return true
}

// getTexts lists messages in pages; a page token names the last message of the page before, so that what is
// sent meanwhile moves nothing.
func (b *Box) getTexts(w http.ResponseWriter, r *http.Request) {
	if !b.admits(w, r) {
		return
	}
	query := r.URL.Query()
	size := 50
	if given := query.Get("PageSize"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > 1000 {
			refuse(w, http.StatusBadRequest, 20001, "Page size must be between 1 and 1000")
			return
		}
		size = n
	}
	found := b.texts.find(query)
	if last, ok := strings.CutPrefix(query.Get("PageToken"), "PA"); ok {
		found = found[slices.IndexFunc(found, func(t text) bool { return t.SID == last })+1:]
	}
	page, _ := strconv.Atoi(query.Get("Page"))
	next := any(nil)
	if len(found) > size {
		found = found[:size]
		query.Set("Page", strconv.Itoa(page+1))
		query.Set("PageToken", "PA"+found[size-1].SID)
		next = r.URL.Path + "?" + query.Encode()
	}
	answer(w, http.StatusOK, map[string]any{
		"messages": append([]text{}, found...), "page": page, "page_size": size,
		"start": page * size, "end": page*size + max(len(found)-1, 0),
		"uri": r.URL.RequestURI(), "first_page_uri": r.URL.Path + "?Page=0&PageSize=" + strconv.Itoa(size),
		"next_page_uri": next, "previous_page_uri": nil,
	})
}

func (b *Box) getText(w http.ResponseWriter, r *http.Request) {
	if !b.admits(w, r) {
		return
	}
	sid, ok := strings.CutSuffix(r.PathValue("file"), ".json")
	var one *text
	b.texts.change(sid, func(t *text) { same := *t; one = &same })
	if !ok || one == nil {
		refuse(w, http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found")
		return
	}
	answer(w, http.StatusOK, one)
}
