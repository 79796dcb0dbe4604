// SPDX-License-Identifier: Apache-2.0

// Package indicators is the catalogue: one file an indicator, one golden file
// beside it in testdata, one line here.
//
// An indicator states what was observed of one subject. It never reads who the
// subject is: names can only be compared, countries only be equal or not.
package indicators

import "daylight/detect"

// Catalog returns every built-in indicator, by id. One that is declared and not
// listed here fails the tests of this package.
func Catalog() []*detect.Indicator {
	return []*detect.Indicator{
		anonymisedIP,
		burstSameClient,
		contactReuse,
		degreeDenied,
		emailYoung,
		employerDenies,
		gitCommitsPredateAccount,
		gitIdentityRotation,
		ipVsClaimedPlace,
		knownSelector,
		photoGenerated,
		photoReuse,
		profileInconsistency,
		resumeFileFingerprint,
		resumeTextClone,
		roleSpray,
		skillSetIdentical,
		timelineImpossible,
		voipPhone,
		bulkClone,
		copyToPersonal,
		captureAsWebcam,
		clockZone,
		ipkvmEDID,
		ipkvmUSB,
		jiggler,
		rmmEarly,
		rmmTwoVendors,
		rmmUnapproved,
		cameraRefused,
		checkEvaded,
		daylightMismatch,
		excuseRepeat,
		inPersonRefused,
		occlusionArtifact,
		personChanged,
		placeKnowledgeFail,
		secondVoice,
		videoPoor,
		virtualCamera,
		astrillEgress,
		concurrentPlaces,
		consumerVPN,
		deviceTokenMulti,
		geoVsClaimed,
		impossibleTravel,
		ipSharedAccounts,
		mfaDeviceShared,
		neverOff,
		residentialProxy,
		extortion,
		postExitUse,
		returnsAsAlias,
		docEdited,
		firstBootGeo,
		identityOfOther,
		inPersonVerified,
		shipAddressShared,
		shipChangeLate,
		shipNeIDAddress,
		accountShared,
		payChangeFrequency,
		payNameMismatch,
		clockChange,
		historyConsistent,
		hoursVsClaimed,
		multiHireCluster,
		shiftRelay,
	}
}
