// SPDX-License-Identifier: Apache-2.0

package link

import "slices"

func build(people []Subject, o Options) *Graph { return Build(slices.Values(people), o) }
