package sms

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"teleconsult/notifications"
	"teleconsult/notifications/reconcile"
)

// maxListed is how many messages to one number are looked at: more than a patient ever gets.
const maxListed = 1000

var (
	errMasked = errors.New("the account hides recipients' numbers, so its list proves nothing")
	errNotAll = errors.New("the list is longer than what is read of it")
	errNoDate = errors.New("a listed message has no date")
	maskedTo  = regexp.MustCompile(`[Xx*]{2,}$`)
)

// List returns what Twilio has taken for m's recipient since then, the oldest first; it implements
// reconcile.Lister. No error means that the list is complete.
//
// It is asked by recipient alone: the date that Twilio filters on is the one of sending, which a message in
// Twilio's own queue does not have yet.
func (s *Sender) List(ctx context.Context, m notifications.Outgoing, since time.Time) ([]reconcile.Listed, error) {
	p := &api.ListMessageParams{}
	p.SetTo(m.To).SetLimit(maxListed)
	trip := s.trip(ctx, maxList)
	all, err := s.service(trip).ListMessage(p)
	if err == nil && trip.status != http.StatusOK {
		err = errors.New("status " + strconv.Itoa(trip.status))
	}
	if err != nil {
		return nil, listError(trip, err)
	}
	body := Transliterate(m.Text)
	var found []reconcile.Listed
	oldest := s.config.Now()
	for i := range all {
		one, err := s.listed(&all[i])
		if err != nil {
			return nil, err
		}
		if one.At.Before(oldest) {
			oldest = one.At
		}
		if text(all[i].Direction) == "inbound" || one.At.Before(since) {
			continue
		}
		one.Same, one.Hidden = text(all[i].Body) == body, hidden(text(all[i].Body))
		found = append(found, one)
	}
	switch {
	case len(all) >= maxListed && !oldest.Before(since):
		return nil, errNotAll
	case len(found) == 0 && s.masked.Load():
		return nil, errMasked
	}
	slices.SortFunc(found, func(a, b reconcile.Listed) int { return a.At.Compare(b.At) })
	return found, nil
}

// Fetch returns what Twilio says today of a message that it took.
func (s *Sender) Fetch(ctx context.Context, providerID string) (reconcile.Listed, error) {
	trip := s.trip(ctx, maxAnswer)
	one, err := s.service(trip).FetchMessage(providerID, nil)
	if err == nil && (trip.status != http.StatusOK || text(one.Sid) != providerID) {
		err = errors.New("it is not the message that was asked for")
	}
	if err != nil {
		return reconcile.Listed{}, listError(trip, err)
	}
	return s.listed(one)
}

// listError keeps addresses, which Go's errors repeat with their query, out of logs.
func listError(t *trip, err error) error {
	return errors.New("the list is not to be had: " + classify(t, nil, err).Code)
}

func (s *Sender) listed(m *api.ApiV2010Message) (reconcile.Listed, error) {
	at, err := time.Parse(time.RFC1123Z, text(m.DateCreated))
	if err != nil {
		return reconcile.Listed{}, errNoDate
	}
	if maskedTo.MatchString(text(m.To)) {
		s.masked.Store(true)
	}
	one := reconcile.Listed{
		ProviderID: text(m.Sid), Status: text(m.Status), At: at.UTC(), Segments: segments(m),
	}
	one.PriceMicros, one.PriceCurrency = price(m)
	if m.ErrorCode != nil && *m.ErrorCode != 0 {
		one.Code = strconv.Itoa(*m.ErrorCode)
	}
	return one, nil
}

// hidden reports whether the account's redaction took the text away.
func hidden(body string) bool {
	return body == "" || strings.Contains(strings.ToUpper(body), "REDACTED")
}
