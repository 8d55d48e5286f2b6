package ins_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"teleconsult/server/patient/ins"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	for thirteen, want := range map[string]string{ // domain.md §3.2
		"2790351215189": "89", "1460263220001": "96", "2690549588157": "80", "2770763220829": "10", "253072B073004": "70", "253072A073004": "43",
	} {
		if got, err := ins.Key(thirteen); err != nil || got != want {
			t.Errorf("%s: %s %v, want %s", thirteen, got, err, want)
		}
	}
	for _, none := range []string{"", "279035121518", "27903512151890", "279035121518x"} {
		if got, err := ins.Key(none); err == nil {
			t.Errorf("%q has the key %s", none, got)
		}
	}
}

func TestOnlyAQualifiedIdentityIsQualified(t *testing.T) {
	t.Parallel()
	for _, s := range []ins.Status{ins.Provisional, ins.Retrieved, ins.Validated, ins.Qualified, ""} {
		i := ins.Identity{Matricule: "279035121518989", OID: ins.NIR, Status: s}
		if got := i.Qualified(); got != (s == ins.Qualified) {
			t.Errorf("%s: qualified %v", s, got)
		}
	}
	if (ins.Identity{Matricule: "279035121518988", OID: ins.NIR, Status: ins.Qualified}).Qualified() {
		t.Error("a matricule with a wrong key is qualified")
	}
}

func TestCheckSaysAllAtOnce(t *testing.T) {
	t.Parallel()
	if all := (ins.Identity{Matricule: ins.Normalise("2 79 03 51 215 189 89"), OID: ins.NIR, Status: ins.Qualified}).Check(); len(all) != 0 {
		t.Errorf("a good identity: %v", all)
	}
	if all := (ins.Identity{Matricule: "1", OID: "1.2.3", Status: "DOUT"}).Check(); len(all) != 3 {
		t.Errorf("%d violations, want 3: %v", len(all), all)
	}
	if all := (ins.Identity{Matricule: "279035121518900", OID: ins.NIA, Status: ins.Validated}).Check(); len(all) != 1 || all[0].Code != "matricule_key" {
		t.Errorf("a wrong key: %v", all)
	}
}

// One digit that is mistyped, or two neighbours that change places, never leave a valid matricule.
func TestTheKeyFindsTypingMistakes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		thirteen := rapid.StringMatching(`[12][0-9]{2}(0[1-9]|1[0-2])[0-9]{8}`).Draw(t, "thirteen")
		key, err := ins.Key(thirteen)
		if err != nil {
			t.Fatal(err)
		}
		good := ins.Identity{Matricule: thirteen + key, OID: ins.NIR, Status: ins.Qualified}
		if !good.Qualified() {
			t.Fatalf("%s is not taken", good.Matricule)
		}
		at := rapid.IntRange(0, 12).Draw(t, "at")
		digit := rapid.StringMatching(`[0-9]`).Draw(t, "digit")
		if bad := thirteen[:at] + digit + thirteen[at+1:] + key; bad != good.Matricule {
			if (ins.Identity{Matricule: bad, OID: ins.NIR, Status: ins.Qualified}).Qualified() {
				t.Errorf("%s is taken for %s", bad, good.Matricule)
			}
		}
		if at < 12 {
			swapped := []byte(good.Matricule)
			swapped[at], swapped[at+1] = swapped[at+1], swapped[at]
			if string(swapped) != good.Matricule && (ins.Identity{Matricule: string(swapped), OID: ins.NIR, Status: ins.Qualified}).Qualified() {
				t.Errorf("%s is taken for %s", swapped, good.Matricule)
			}
		}
	})
}

func TestBornWarns(t *testing.T) {
	t.Parallel()
	i := ins.Identity{Matricule: "279035121518989"}
	for day, want := range map[string]bool{"1979-03-04": true, "1979-04-04": false, "1980-03-04": false} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := i.Born(at); got != want {
			t.Errorf("%s: %v", day, got)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("2 79 03 51 215 189 89")
	f.Add("\u202f253072b073004-70.")
	f.Fuzz(func(t *testing.T, typed string) {
		i := ins.Identity{Matricule: ins.Normalise(typed), OID: ins.NIR, Status: ins.Qualified}
		if i.Qualified() != (len(i.Check()) == 0) {
			t.Errorf("%q: qualified %v, violations %v", typed, i.Qualified(), i.Check())
		}
		if shown := i.Masked(); shown != "" && strings.Contains(shown, i.Matricule[:10]) {
			t.Errorf("%q shows %s", typed, shown)
		}
	})
}
