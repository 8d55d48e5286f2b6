package main

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"teleconsult/frontend"
	"teleconsult/server/auth"
	"teleconsult/server/live"
	"teleconsult/server/web"
)

// newServer is the one place where every route of the product is listed.
func newServer(p *parts) (*web.Server, error) {
	return web.New(web.Options{
		Config: p.cfg, Version: version, Now: clock, Log: p.log, DB: p.db, Secret: p.box, Auth: p.auth,
		Assets: frontend.Files(),
		API: []func(huma.API){
			func(api huma.API) { auth.Register(api, p.auth) },
			func(api huma.API) { live.Register(api, p.hub, p.auth, p.log) },
		},
		Pages: []func(fiber.Router){},
		Collectors: []prometheus.Collector{
			prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "teleconsult_live_screens", Help: "Screens that follow live events.",
			}, func() float64 { return float64(p.hub.Subscribers()) }),
		},
	})
}
