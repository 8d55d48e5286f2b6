package notifications_test

import (
	"strings"
	"testing"

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
