package auth

import (
	"fmt"
	"testing"

	"teleconsult/server/fault"
)

func TestAnIPv6ClientIsItsNetwork(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "2001:db8:1:3::9": "2001:db8:1:3::/64", "fe80::1%eth0": "fe80::/64", "": "", "x": "x",
	} {
		if got := Network(address); got != want {
			t.Errorf("%q is counted as %q, want %q", address, got, want)
		}
	}
}

// TestAnotherAddressOfTheSameLineIsNoWayRoundTheLimit: whoever has an IPv6 line has 2^64 addresses.
func TestAnotherAddressOfTheSameLineIsNoWayRoundTheLimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var err error
	for i := range freePerPair + 1 {
		_, _, err = h.SignIn(from(t, fmt.Sprintf("2001:db8::%d", i+1)), Credentials{Email: "claire@demo.test", Password: "x"})
	}
	if fault.KindOf(err) != fault.KindRateLimited {
		t.Errorf("got %v", err)
	}
}
