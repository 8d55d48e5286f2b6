package notifications_test

import (
	"strings"
	"testing"
	"time"

	"teleconsult/notifications"
)

func TestEveryPairOfStates(t *testing.T) {
	// One row per state, one column per next state, in the order of Statuses:
	// queued sending accepted delivered undelivered unknown expired cancelled
	table := map[notifications.Status]string{
		notifications.StatusQueued:      ". x x x x . x x",
		notifications.StatusSending:     "x . x x x x . x",
		notifications.StatusAccepted:    ". . . x x . . .",
		notifications.StatusDelivered:   ". . . . . . . .",
		notifications.StatusUndelivered: ". . . . . . . .",
		notifications.StatusUnknown:     "x . x x x . x x",
		notifications.StatusExpired:     ". . . x . . . .",
		notifications.StatusCancelled:   ". . . x . . . .",
	}
	if len(table) != len(notifications.Statuses()) {
		t.Fatalf("%d states in the table, %d in the machine", len(table), len(notifications.Statuses()))
	}
	for from, row := range table {
		for i, mark := range strings.Fields(row) {
			to := notifications.Statuses()[i]
			if got, want := from.CanBecome(to), mark == "x"; got != want {
				t.Errorf("%s → %s: %v, want %v", from, to, got, want)
			}
		}
	}
}

func TestFiveWords(t *testing.T) {
	words := map[notifications.Status]string{
		notifications.StatusQueued: "en file", notifications.StatusSending: "en file", notifications.StatusUnknown: "en file",
		notifications.StatusAccepted: "envoyé", notifications.StatusDelivered: "remis",
		notifications.StatusUndelivered: "non remis", notifications.StatusExpired: "non remis", notifications.StatusCancelled: "non remis",
	}
	for _, s := range notifications.Statuses() {
		if got := s.Word(false); got != words[s] {
			t.Errorf("%s reads %q, want %q", s, got, words[s])
		}
		if got := s.Word(true); got != "lu" {
			t.Errorf("%s, read, says %q", s, got)
		}
		if s.Final() && s.Sendable() {
			t.Errorf("%s cannot be both", s)
		}
	}
	if notifications.Status("nonsense").Word(false) != "non remis" {
		t.Error("what is not known is not called sent")
	}
}

func TestMask(t *testing.T) {
	cases := []struct {
		channel   notifications.Channel
		recipient string
		want      string
	}{
		{notifications.ChannelEmail, "jeanne.martin@exemple.fr", "j•••@exemple.fr"},
		{notifications.ChannelEmail, "élodie@exemple.fr", "é•••@exemple.fr"},
		{notifications.ChannelEmail, "nonsense", "•••"},
		{notifications.ChannelEmail, "@exemple.fr", "•••"},
		{notifications.ChannelSMS, "+33612341234", "•• •• •• 12 34"},
		{notifications.ChannelSMS, "123", "•• ••"},
	}
	for _, c := range cases {
		if got := notifications.Mask(c.channel, c.recipient); got != c.want {
			t.Errorf("%s → %s, want %s", c.recipient, got, c.want)
		}
	}
}

func TestQuietHours(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, at, start, want string }{
		{"by day", "2026-05-11 14:00", "2026-05-12 14:30", "2026-05-11 14:00"},
		{"eight in the morning", "2026-05-11 08:00", "2026-05-12 14:30", "2026-05-11 08:00"},
		{"just before eight in the evening", "2026-05-11 19:59", "2026-05-12 14:30", "2026-05-11 19:59"},
		{"evening", "2026-05-11 20:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"midnight", "2026-05-12 00:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"before dawn", "2026-05-12 05:00", "2026-05-12 14:30", "2026-05-12 08:00"},
		{"two hours before", "2026-05-12 06:00", "2026-05-12 08:00", "2026-05-12 06:00"},
		{"within two hours", "2026-05-12 07:15", "2026-05-12 08:00", "2026-05-12 07:15"},
		{"late evening appointment", "2026-05-12 20:30", "2026-05-12 21:00", "2026-05-12 20:30"},
		{"not later than two hours before", "2026-05-12 03:00", "2026-05-12 09:00", "2026-05-12 07:00"},
		{"night before an early one", "2026-05-11 22:00", "2026-05-12 08:30", "2026-05-12 06:30"},
		{"after the start nothing is urgent", "2026-05-12 21:00", "2026-05-12 20:30", "2026-05-13 08:00"},
		{"last evening of a month", "2026-05-31 21:00", "2026-06-02 10:00", "2026-06-01 08:00"},
		{"night of the change to summer time", "2026-03-28 23:00", "2026-03-30 10:00", "2026-03-29 08:00"},
		{"night of the change to winter time", "2026-10-24 23:00", "2026-10-26 10:00", "2026-10-25 08:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			read := func(s string) time.Time {
				v, err := time.ParseInLocation("2006-01-02 15:04", s, paris)
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			if got := notifications.QuietHours(read(c.at).UTC(), read(c.start).UTC(), paris); !got.Equal(read(c.want)) {
				t.Errorf("got %s", got.In(paris))
			}
		})
	}
}
