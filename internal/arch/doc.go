// SPDX-License-Identifier: Apache-2.0

// Package arch holds the architecture and the rules of the repository as tests:
// who may import whom, who may reveal personal data, what no file may contain.
package arch
