// SPDX-License-Identifier: Apache-2.0

// Package normalize turns raw rows into typed records and events, or into
// rejections that say why. It is total: no row stops the others. One file a
// vendor.
package normalize
