// SPDX-License-Identifier: Apache-2.0

package document

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// MaxMemory bounds what decoding one picture may take, in bytes, by its header. Pixels
// alone say little: a progressive JPEG in four colours takes 24 bytes for each, and a few
// hundred kilobytes can hold a large one.
const MaxMemory = 256 << 20

// memory estimates, from above, how many bytes decoding a picture takes in the packages
// that are used here: the picture itself, and what is laid out on the way to it.
func memory(data []byte, format string, c image.Config) int64 {
	pixels := int64(c.Width) * int64(c.Height)
	switch format {
	case "jpeg":
		return jpegMemory(data, c)
	case "png":
		// Source: PNG (third edition), 11.2.1: the depth of a sample is the header's
		// ninth byte, and whether it is interlaced the 13th. Transparency may come
		// after the header, so four samples are counted; passes are pictures too.
		if len(data) > 24 && data[24] == 16 {
			pixels *= 2
		}
		if len(data) > 28 && data[28] != 0 {
			pixels *= 2
		}
		return 4 * pixels
	case "webp":
		// A lossy picture, 1½ bytes, with transparency that is packed as a lossless
		// one: 4 bytes, again while a transform is undone.
		return 10 * pixels
	}
	return pixels // GIF: the number of a colour
}

// jpegMemory counts the samples of each colour in whole blocks, 4 bytes more for each where
// coefficients are kept for later scans, and the copy in other colours where one is made.
func jpegMemory(data []byte, c image.Config) int64 {
	pixels := int64(c.Width) * int64(c.Height)
	frame, progressive := jpegFrame(data)
	if len(frame) < 6 || len(frame) != 6+3*int(frame[5]) || frame[5] == 0 {
		return 24 * pixels // the decoder found another one
	}
	wide, high := int64(frame[7]>>4), int64(frame[7]&15)
	if frame[5] == 1 {
		wide, high = 1, 1 // A.2.2: of one colour the factors say nothing
	}
	if wide == 0 || high == 0 {
		return 24 * pixels
	}
	across, down := (int64(c.Width)+8*wide-1)/(8*wide), (int64(c.Height)+8*high-1)/(8*high)
	samples := int64(0)
	for f := frame[6:]; len(f) > 0; f = f[3:] {
		if frame[5] == 1 {
			samples = 64 * across * down
			break
		}
		samples += 64 * across * down * int64(f[1]>>4) * int64(f[1]&15)
	}
	total := samples
	if progressive {
		total += 4 * samples
	}
	// Adobe's mark may stand behind the first scan, where no header is looked for.
	if frame[5] == 4 || c.ColorModel == color.RGBAModel || frame[5] == 3 && bytes.Contains(data, []byte("Adobe")) {
		total += 4 * pixels
	}
	return total
}

// jpegFrame is the content of the first frame header, found as package image/jpeg finds
// it. Source: ITU-T T.81, B.1.1 and B.2.2.
func jpegFrame(data []byte) (frame []byte, progressive bool) {
	for i := 2; i < len(data); {
		at := bytes.IndexByte(data[i:], 0xff)
		if at < 0 {
			break
		}
		for i += at; i < len(data) && data[i] == 0xff; {
			i++ // bytes that fill
		}
		if i+3 > len(data) {
			break
		}
		marker := data[i]
		if i++; marker == 0 || 0xd0 <= marker && marker <= 0xd7 {
			continue // no segment follows
		}
		n := int(binary.BigEndian.Uint16(data[i:]))
		if n < 2 || i+n > len(data) || marker == 0xd9 || marker == 0xda {
			break
		}
		if 0xc0 <= marker && marker <= 0xc2 {
			return data[i+2 : i+n], marker == 0xc2
		}
		i += n
	}
	return nil, false
}
