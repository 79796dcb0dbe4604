// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"

	"daylight/report"
	"daylight/store"
)

//go:embed */*.tmpl */*.css */*.js openapi/openapi.json
var files embed.FS

// asset is one file that browsers load. Its address holds the hash of its content,
// so it may be kept for ever.
type asset struct {
	address     string
	kind        string
	plain, gzip []byte
}

// assets are found by name: "console.css", "htmx.min.js".
type assets map[string]*asset

func assetRoutes() []route {
	return []route{{
		pattern: "GET /assets/{hash}/{name}", acts: "load a style sheet or script of the console", example: "-",
		handle: func(s *Server, x *exchange) error {
			a := s.assets[x.r.PathValue("name")]
			if a == nil || a.address != x.r.URL.Path {
				return store.ErrNotFound
			}
			h := x.w.Header()
			h.Set("Content-Type", a.kind)
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
			h.Set("Vary", "Accept-Encoding")
			body := a.plain
			if strings.Contains(x.r.Header.Get("Accept-Encoding"), "gzip") {
				h.Set("Content-Encoding", "gzip")
				body = a.gzip
			}
			x.w.WriteHeader(http.StatusOK)
			_, _ = x.w.Write(body) // the reader has left: nothing can be done
			return nil
		},
	}}
}

// readAssets packs what is embedded: the scripts each by itself, the style sheets
// as one, that of the layout first and that of the pictures last.
func readAssets() (assets, error) {
	out := assets{}
	styles, err := fs.Glob(files, "*/*.css")
	if err != nil {
		return nil, fmt.Errorf("list the style sheets: %w", err)
	}
	const first = "layout/layout.css"
	styles = slices.DeleteFunc(styles, func(name string) bool { return name == first })
	var css bytes.Buffer
	for _, name := range append([]string{first}, styles...) {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a style sheet: %w", err)
		}
		css.Write(data)
	}
	css.WriteString(report.PictureStyle)
	if err := out.add("console.css", "text/css; charset=utf-8", css.Bytes()); err != nil {
		return nil, err
	}
	scripts, err := fs.Glob(files, "*/*.js")
	if err != nil {
		return nil, fmt.Errorf("list the scripts: %w", err)
	}
	for _, name := range scripts {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a script: %w", err)
		}
		if err := out.add(path.Base(name), "text/javascript; charset=utf-8", data); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (as assets) add(name, kind string, data []byte) error {
	if as[name] != nil {
		return fmt.Errorf("two assets are named %s", name)
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	if _, err := z.Write(data); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("pack %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	as[name] = &asset{address: "/assets/" + hex.EncodeToString(sum[:8]) + "/" + name, kind: kind, plain: data, gzip: packed.Bytes()}
	return nil
}
