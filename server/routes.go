package main

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"teleconsult/frontend"
	"teleconsult/server/auth"
	"teleconsult/server/coding"
	"teleconsult/server/coding/codelist"
	"teleconsult/server/coding/export"
	"teleconsult/server/coding/queue"
	"teleconsult/server/correspondence"
	"teleconsult/server/department"
	"teleconsult/server/encounter/desk"
	"teleconsult/server/figures"
	lists "teleconsult/server/invitation/desk"
	"teleconsult/server/live"
	"teleconsult/server/meeting"
	"teleconsult/server/personalpage"
	"teleconsult/server/prescription"
	"teleconsult/server/prescription/directory"
	"teleconsult/server/prescription/drop"
	"teleconsult/server/prescription/mailing"
	"teleconsult/server/record"
	"teleconsult/server/staff"
	"teleconsult/server/web"
	"teleconsult/server/wording"
	"teleconsult/server/worklist"
)

// newServer is the one place where every route of the product is listed.
func newServer(p *parts) (*web.Server, error) {
	pages := []func(fiber.Router){p.drops.RegisterPages, p.pages.RegisterPages, p.registerHooks, p.registerBounceHook}
	if p.devbox != nil {
		pages = append(pages, p.devbox.Register)
	}
	return web.New(web.Options{
		Config: p.cfg, Version: version, Now: clock, Log: p.log, DB: p.db, Secret: p.box, Auth: p.auth,
		Assets: frontend.Files(),
		API: []func(huma.API){
			func(api huma.API) { auth.Register(api, p.auth) },
			func(api huma.API) { live.Register(api, p.hub, p.auth, p.log) },
			func(api huma.API) { department.Register(api, p.department) },
			func(api huma.API) { staff.Register(api, p.staff) },
			func(api huma.API) { meeting.Register(api, p.meeting) },
			func(api huma.API) { desk.Register(api, p.encounter) },
			func(api huma.API) { worklist.Register(api, p.worklist) },
			func(api huma.API) { correspondence.Register(api, p.correspondence) },
			func(api huma.API) { lists.Register(api, p.lists) },
			func(api huma.API) { prescription.Register(api, p.prescription) },
			func(api huma.API) { drop.Register(api, p.drops) },
			func(api huma.API) { mailing.Register(api, p.mailing) },
			func(api huma.API) { directory.Register(api, p.pharmacies) },
			func(api huma.API) { record.Register(api, p.record) },
			func(api huma.API) { coding.Register(api, p.coding) },
			func(api huma.API) { codelist.Register(api, p.codeList) },
			func(api huma.API) { queue.Register(api, p.codingQueue) },
			func(api huma.API) { export.Register(api, p.codingExports) },
			func(api huma.API) { wording.Register(api, p.wording) },
			func(api huma.API) { figures.Register(api, p.figures) },
		},
		Pages: pages, ErrorPage: personalpage.ErrorPage,
		Collectors: append(p.metrics.collectors(),
			&queueMetrics{read: readQueue(p.db, clock), now: clock},
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "teleconsult_live_screens", Help: "Screens that follow live events.",
			}, func() float64 { return float64(p.hub.Subscribers()) }),
		),
	})
}
