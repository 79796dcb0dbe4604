// SPDX-License-Identifier: Apache-2.0

package connect

import "daylight/secret"

// Secret says where a credential is.
type Secret = secret.Source
