// SPDX-License-Identifier: Apache-2.0

package detect

import (
	"fmt"
	"reflect"
	"strconv"
)

// Bounds returns the least and the greatest value of a parameter, from its min
// and max tags. It reports false for one that is no number or lacks a tag that is
// one.
func Bounds(f reflect.StructField) (least, greatest float64, ok bool) {
	if !f.Type.ConvertibleTo(reflect.TypeFor[float64]()) {
		return 0, 0, false
	}
	least, errLeast := strconv.ParseFloat(f.Tag.Get("min"), 64)
	greatest, errGreatest := strconv.ParseFloat(f.Tag.Get("max"), 64)
	return least, greatest, errLeast == nil && errGreatest == nil
}

// CheckParams says which parameter of an indicator lies outside its bounds.
func CheckParams(params any) error {
	v := reflect.ValueOf(params)
	if v.Kind() != reflect.Struct {
		return nil
	}
	for f, x := range v.Fields() {
		least, greatest, ok := Bounds(f)
		if !ok {
			continue
		}
		if n := x.Convert(reflect.TypeFor[float64]()).Float(); !(n >= least && n <= greatest) { // NaN is neither
			return fmt.Errorf("parameter %s is %v, and may be %s to %s", f.Tag.Get("json"), n, f.Tag.Get("min"), f.Tag.Get("max"))
		}
	}
	return nil
}
