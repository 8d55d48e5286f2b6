package personalpage_test

import (
	"context"
	"testing"

	"teleconsult/server/encounter"
)

func TestAPatientTriesTheDevice(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	b.get(path).says(t, 200, "Essayer avant le jour J", `href="https://zoom.us/test"`, "Tout fonctionne", "J’ai un problème")
	b.post(path+"/device", "answer", "sound").leadsTo(t, path+"#device")
	if test := h.facts(f).DeviceTest; test == nil || test.Outcome != "problem" || test.Problem != "sound" || !test.At.Equal(h.clock) {
		t.Fatalf("test %+v", test)
	}
	b.get(path).says(t, 200, "vous avez un problème", "01 23 45 67 89", "Tout fonctionne")
	b.post(path+"/device", "answer", "works").leadsTo(t, path+"#device")
	b.post(path+"/device", "answer", "works").leadsTo(t, path+"#device")
	if test := h.facts(f).DeviceTest; test.Outcome != "works" || test.Problem != "" || h.events(f, "device-tested") != 2 {
		t.Errorf("test %+v, %d times", test, h.events(f, "device-tested"))
	}
	b.get(path+"?lang=en").says(t, 200, "Noted: everything works")
	b.post(path+"/device?lang=en").says(t, 422, "Your answer was not understood")
	b.get(path+"/device").leadsTo(t, path)
}

func TestAnotherToolIsTriedAgain(t *testing.T) {
	h := newHospital(t)
	f, b, path := h.agreed()
	b.post(path+"/device", "answer", "works").leadsTo(t, path+"#device")
	plan := h.aPlan()
	plan.Tool, plan.ToolReason = "jitsi", "Zoom est en panne"
	f = h.must(h.Reschedule(context.Background(), h.secretary, f.ID, f.Version, plan))
	if f.DeviceTest != nil {
		t.Errorf("tried with another tool: %+v", f.DeviceTest)
	}
	b.post(path+"/answer", "answer", "agree").leadsTo(t, path)
	b.get(path).says(t, 200, "ouvrez l’appareil photo").hides(t, "tout fonctionne", "zoom.us/test")
}

func TestTheDeviceIsTriedWhenItIsOfUse(t *testing.T) {
	h := newHospital(t)
	ctx := context.Background()
	unanswered := h.schedule()
	b, path := h.device(), h.path(unanswered)
	b.post(path+"/device", "answer", "works").leadsTo(t, path) // without the birth date
	b.prove(path)
	b.get(path).says(t, 200).hides(t, "Essayer avant")
	b.post(path+"/device", "answer", "works").leadsTo(t, path)

	phone, b, path := h.agreed(func(in *encounter.ScheduleInput) {
		in.Plan.Modality, in.Plan.TelephoneReason, in.Plan.Tool, in.Plan.ToolReason = encounter.Telephone, "no-terminal", "", ""
	})
	b.get(path).says(t, 200).hides(t, "Essayer avant")
	b.post(path+"/device", "answer", "works").leadsTo(t, path)

	begun, b, path := h.agreed()
	h.attach(begun)
	h.clock = begun.PlannedStart
	h.must(h.Start(ctx, h.practitioner, begun.ID, encounter.StartInput{}))
	b.get(path).says(t, 200).hides(t, "Essayer avant")
	b.post(path+"/device", "answer", "works").leadsTo(t, path)
	for _, f := range []*encounter.Facts{unanswered, phone, begun} {
		if f = h.facts(f); f.DeviceTest != nil {
			t.Errorf("%s: %+v", f.Modality, f.DeviceTest)
		}
	}
}
