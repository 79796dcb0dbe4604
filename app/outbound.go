// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"daylight/egress"
	"daylight/notify"
)

// guard is the way out: to public addresses and to what a list allows.
func (a *app) guard(allow []string) (*egress.Guard, error) {
	o := a.out
	o.Allow = slices.Concat(o.Allow, allow)
	return egress.New(o)
}

// providerGuard is the way to an identity provider, which answers at once, shortly and
// without a redirect.
func (a *app) providerGuard(allow []string) (*egress.Guard, error) {
	o := a.out
	o.Allow = slices.Concat(o.Allow, allow)
	o.Timeout, o.MaxBody, o.MaxRedirects = 10*time.Second, 1<<20, -1
	return egress.New(o)
}

// collectors are the variables of OpenTelemetry that say where traces go.
var collectors = []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"}

// outbound reports which of the addresses that the service is to reach it may not, as
// far as they show it themselves; what their names resolve to is looked at when they
// are dialled. What is no address at all is reported with the setting that it is in.
func (a *app) outbound(p servePlan) error {
	var problems []error
	try := func(setting, address string, also ...string) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" {
			return
		}
		guard, _ := a.guard(slices.Concat(p.config.Connect.Allow, also)) // an entry that cannot be read allows nothing, and is reported below
		if u.Scheme == "https" || u.Scheme == "http" {
			err = guard.CheckURL(u)
		} else { // of mail and syslog, whose hosts are dialled
			err = guard.CheckHost(u.Hostname(), u.Port())
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", setting, err))
		}
	}
	if _, err := a.guard(p.config.Connect.Allow); err != nil {
		problems = append(problems, fmt.Errorf("connect: allow: %w", err))
	}
	for _, pull := range p.config.Connect.Pull {
		try("connect: pull: "+pull.Name+": url", pull.URL)
		try("connect: pull: "+pull.Name+": token_url", pull.TokenURL)
	}
	for _, t := range p.config.Notify {
		if t.Kind != notify.OCSFFile {
			try("notify: "+t.Name+": url", t.URL)
		}
	}
	try("serve: oidc: issuer", p.OIDC.Issuer, p.OIDC.here()...)
	for _, variable := range collectors {
		address := a.Env(variable)
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			problems = append(problems, fmt.Errorf("%s: it is not an address such as http://localhost:4318", variable))
			continue
		}
		// A collector stands beside the service as a rule; that the environment names its
		// host allows it, unless it is one that nothing allows.
		try(variable, address, u.Scheme+"://"+u.Host)
	}
	return errors.Join(problems...)
}
