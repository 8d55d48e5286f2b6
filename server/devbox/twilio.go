package devbox

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"teleconsult/notifications/sms"
)

// Pauses of the simulator, so that callbacks come after the answer, as from Twilio.
const (
	sentAfter      = 50 * time.Millisecond
	deliveredAfter = 250 * time.Millisecond
)

// Numbers that misbehave by themselves: Twilio's own test numbers, and one of the range that is kept
// for fiction (ARCEP decision 2012-0856).
var magic = map[string]Fault{
	"+15005550001": TwilioInvalid,
	"+15005550004": TwilioOptOut,
	"+33639980003": TwilioUndelivered,
}

var (
	e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	// an alphanumeric sender: up to 11 letters, digits and spaces
	sender = regexp.MustCompile(`^(\+[1-9][0-9]{2,14}|[A-Za-z0-9 ]{1,11})$`)
)

// text is a message as Twilio's API describes it.
type text struct {
	SID                 string  `json:"sid"`
	AccountSID          string  `json:"account_sid"`
	MessagingServiceSID *string `json:"messaging_service_sid"`
	To                  string  `json:"to"`
	From                *string `json:"from"`
	Body                string  `json:"body"`
	Status              string  `json:"status"`
	Direction           string  `json:"direction"`
	NumSegments         string  `json:"num_segments"`
	NumMedia            string  `json:"num_media"`
	ErrorCode           *int    `json:"error_code"`
	ErrorMessage        *string `json:"error_message"`
	Price               *string `json:"price"`
	PriceUnit           string  `json:"price_unit"`
	APIVersion          string  `json:"api_version"`
	DateCreated         string  `json:"date_created"`
	DateUpdated         string  `json:"date_updated"`
	DateSent            *string `json:"date_sent"`
	URI                 string  `json:"uri"`
}

// simulator answers like Twilio's Messages API; ctx bounds the callbacks.
func (b *Box) simulator(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2010-04-01/Accounts/{account}/Messages.json", func(w http.ResponseWriter, r *http.Request) {
		b.create(ctx, w, r)
	})
	mux.HandleFunc("GET /2010-04-01/Accounts/{account}/Messages.json", b.getTexts)
	mux.HandleFunc("GET /2010-04-01/Accounts/{account}/Messages/{file}", b.getText)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, 20404, "The requested resource was not found")
	})
	return mux
}

// admits asks for the account's credentials, as Twilio does.
func (b *Box) admits(w http.ResponseWriter, r *http.Request) bool {
	user, password, _ := r.BasicAuth()
	if same(user, b.config.AccountSID) && same(password, b.config.AuthToken) && r.PathValue("account") == b.config.AccountSID {
		return true
	}
	refuse(w, http.StatusUnauthorized, 20003, "Authenticate")
	return false
}

func (b *Box) create(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	form := url.Values{}
	if r.ParseForm() == nil {
		form = r.PostForm
	}
	fault := b.faults.next("twilio")
	if m, ok := magic[form.Get("To")]; ok && fault == "" {
		fault = m
	}
	if !b.admits(w, r) || b.misbehaves(w, r, fault) {
		return
	}
	if status, code, message := check(form); status != 0 {
		refuse(w, status, code, message)
		return
	}
	t := b.text(form)
	b.texts.add(t)
	if fault != TwilioLie {
		if err := b.mailbox.put(Item{Channel: "sms", To: t.To, Text: t.Body, At: b.config.Now()}); err != nil {
			refuse(w, http.StatusInternalServerError, 20500, "An internal server error has occurred")
			return
		}
	}
	b.later(func() { b.report(ctx, form.Get("StatusCallback"), t, fault) })
	switch fault {
	case TwilioLost, TwilioTimeout:
		<-r.Context().Done() // the client gives up, or the box is closed
		return
	case TwilioSlow:
		wait(r.Context(), slowness)
	default:
	}
	answer(w, http.StatusCreated, t)
}

// misbehaves refuses a message as the fault says, and tells whether it did.
func (b *Box) misbehaves(w http.ResponseWriter, r *http.Request, fault Fault) bool {
	switch fault {
	case TwilioTooMany:
		w.Header().Set("Retry-After", "1")
		refuse(w, http.StatusTooManyRequests, 20429, "Too Many Requests")
	case TwilioError:
		refuse(w, http.StatusInternalServerError, 20500, "An internal server error has occurred")
	case TwilioGateway:
		w.WriteHeader(http.StatusBadGateway)
		_, _ = io.WriteString(w, "<html><body>502 Bad Gateway</body></html>")
	case TwilioInvalid:
		refuse(w, http.StatusBadRequest, 21211, "Invalid 'To' Phone Number")
	case TwilioNotMobile:
		refuse(w, http.StatusBadRequest, 21614, "'To' number is not a valid mobile number")
	case TwilioSender:
		refuse(w, http.StatusBadRequest, 21606, "The 'From' phone number is not valid")
	case TwilioRefusedTimeout:
		<-r.Context().Done()
	case TwilioOptOut:
		refuse(w, http.StatusBadRequest, 21610, "Attempt to send to unsubscribed recipient")
	default:
		return false
	}
	return true
}

// check applies Twilio's rules to the parameters; status 0 when they are met.
func check(form url.Values) (status, code int, message string) {
	from, service := form.Get("From"), form.Get("MessagingServiceSid")
	switch to := form.Get("To"); {
	case to == "":
		return http.StatusBadRequest, 21604, "A 'To' phone number is required."
	case !e164.MatchString(to):
		return http.StatusBadRequest, 21211, "The 'To' number is not a valid phone number."
	case from == "" && service == "":
		return http.StatusBadRequest, 21603, "A 'From' phone number is required."
	case service == "" && !sender.MatchString(from):
		return http.StatusBadRequest, 21212, "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID."
	case form.Get("Body") == "":
		return http.StatusBadRequest, 21602, "Message body is required."
	case len([]rune(form.Get("Body"))) > 1600:
		return http.StatusBadRequest, 21617, "The concatenated message body exceeds the 1600 character limit."
	}
	if v := form.Get("ValidityPeriod"); v != "" {
		if n, err := strconv.Atoi(v); err != nil || n < 1 || n > 36_000 {
			return http.StatusBadRequest, 21624, "The ValidityPeriod is not valid."
		}
	}
	if target := form.Get("StatusCallback"); target != "" {
		if u, err := url.Parse(target); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return http.StatusBadRequest, 21609, "The 'StatusCallback' URL is not a valid URL."
		}
	}
	return 0, 0, ""
}

func (b *Box) text(form url.Values) text {
	sid := "SM" + randomHex()
	now := b.config.Now().UTC().Format(time.RFC1123Z)
	t := text{
		SID: sid, AccountSID: b.config.AccountSID, To: form.Get("To"), Body: form.Get("Body"), Status: "queued",
		Direction: "outbound-api", NumSegments: strconv.Itoa(sms.Measure(form.Get("Body")).Segments), NumMedia: "0",
		PriceUnit: "USD", APIVersion: "2010-04-01", DateCreated: now, DateUpdated: now,
		URI: "/2010-04-01/Accounts/" + b.config.AccountSID + "/Messages/" + sid + ".json",
	}
	if from := form.Get("From"); from != "" {
		t.From = &from
	}
	if service := form.Get("MessagingServiceSid"); service != "" {
		t.MessagingServiceSID, t.Status = &service, "accepted"
	}
	return t
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// refuse answers with an error in Twilio's shape.
func refuse(w http.ResponseWriter, status, code int, message string) {
	answer(w, status, map[string]any{
		"code": code, "message": message, "status": status,
		"more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(code),
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is no concern of ours
}
