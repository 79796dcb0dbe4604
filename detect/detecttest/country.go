// SPDX-License-Identifier: Apache-2.0

package detecttest

// shortForms are names of countries that the tables of golang.org/x/text do not
// give: short, long and older ones, and parts of countries that are named alike.
const shortForms = `USA,US,U.S.,U.S.A.,United States of America,America,the States,UK,U.K.,Great Britain,Britain,England,Scotland,Wales,UAE,U.A.E.,Emirates,
EU,USSR,Soviet Union,PRC,P.R.C.,ROC,ROK,DPRK,D.P.R.K.,DRC,D.R.C.,CAR,PNG,BiH,RSA,KSA,Korea,Republic of Korea,Russian Federation,Czech Republic,Holland,Burma,Swaziland,Macedonia,
Ivory Coast,Cape Verde,East Timor,Viet Nam,Turkey,Türkiye,Palestine,Hong Kong,Macau,Macao,Vatican,Holy See,Bosnia,Herzegovina,Congo,Zaire,Trinidad,Tobago,Antigua,Barbuda,
Saint Kitts,Saint Lucia,Saint Vincent,Micronesia,Tibet,Catalonia,Kurdistan,Persia,Ceylon,Siam,Rhodesia,Chechnya,Crimea,Transnistria,Abkhazia,Somaliland,
`

// demonyms are the words for the people, and the adjectives, of the members of
// the United Nations and of some others.
const demonyms = `Afghan,Afghans,Afghani,Albanian,Albanians,Algerian,Algerians,Andorran,Andorrans,Angolan,Angolans,Antiguan,Antiguans,Barbudan,Argentine,Argentines,Argentinian,Argentinians,
Armenian,Armenians,Australian,Australians,Aussie,Austrian,Austrians,Azerbaijani,Azerbaijanis,Azeri,Bahamian,Bahamians,Bahraini,Bahrainis,Bangladeshi,Bangladeshis,Barbadian,Barbadians,Bajan,
Belarusian,Belarusians,Belgian,Belgians,Belizean,Belizeans,Beninese,Bhutanese,Bolivian,Bolivians,Bosnian,Bosnians,Herzegovinian,Botswanan,Motswana,Batswana,Brazilian,Brazilians,
Bruneian,Bruneians,Bulgarian,Bulgarians,Burkinabe,Burkinabè,Burundian,Burundians,Cabo Verdean,Cape Verdean,Cambodian,Cambodians,Khmer,Cameroonian,Cameroonians,Canadian,Canadians,
Central African,Chadian,Chadians,Chilean,Chileans,Chinese,Colombian,Colombians,Comorian,Comorans,Congolese,Costa Rican,Costa Ricans,Ivorian,Ivorians,Croatian,Croatians,Croat,Croats,Cuban,Cubans,
Cypriot,Cypriots,Czech,Czechs,Danish,Dane,Danes,Djiboutian,Djiboutians,Dominican,Dominicans,Ecuadorian,Ecuadorians,Egyptian,Egyptians,Salvadoran,Salvadorans,Salvadorean,
Equatorial Guinean,Equatoguinean,Eritrean,Eritreans,Estonian,Estonians,Swazi,Swazis,Ethiopian,Ethiopians,Fijian,Fijians,Finnish,Finn,Finns,French,Frenchman,Frenchwoman,Gabonese,Gambian,Gambians,
Georgian,Georgians,German,Germans,Ghanaian,Ghanaians,Greek,Greeks,Hellenic,Grenadian,Grenadians,Guatemalan,Guatemalans,Guinean,Guineans,Bissau-Guinean,Guyanese,Haitian,Haitians,Honduran,Hondurans,
Hungarian,Hungarians,Icelandic,Icelander,Icelanders,Indian,Indians,Indonesian,Indonesians,Iranian,Iranians,Persian,Persians,Iraqi,Iraqis,Irish,Irishman,Irishwoman,Israeli,Israelis,Italian,Italians,
Jamaican,Jamaicans,Japanese,Jordanian,Jordanians,Kazakh,Kazakhs,Kazakhstani,Kenyan,Kenyans,I-Kiribati,Korean,Koreans,North Korean,North Koreans,South Korean,South Koreans,Kuwaiti,Kuwaitis,Kyrgyz,
Kyrgyzstani,Lao,Laotian,Laotians,Latvian,Latvians,Lebanese,Basotho,Mosotho,Lesothan,Liberian,Liberians,Libyan,Libyans,Liechtensteiner,Lithuanian,Lithuanians,Luxembourger,Luxembourgish,Malagasy,
Malawian,Malawians,Malaysian,Malaysians,Malay,Maldivian,Maldivians,Malian,Malians,Maltese,Marshallese,Mauritanian,Mauritanians,Mauritian,Mauritians,Mexican,Mexicans,Micronesian,Moldovan,Moldovans,
Monegasque,Monégasque,Mongolian,Mongolians,Montenegrin,Montenegrins,Moroccan,Moroccans,Mozambican,Mozambicans,Burmese,Namibian,Namibians,Nauruan,Nepali,Nepalis,Nepalese,Dutch,Dutchman,Dutchwoman,
New Zealander,New Zealanders,Kiwi,Kiwis,Nicaraguan,Nicaraguans,Nigerien,Nigerian,Nigerians,Macedonian,Macedonians,Norwegian,Norwegians,Omani,Omanis,Pakistani,Pakistanis,Palauan,Palestinian,
Palestinians,Panamanian,Panamanians,Papua New Guinean,Papuan,Paraguayan,Paraguayans,Peruvian,Peruvians,Filipino,Filipinos,Filipina,Filipinas,Philippine,Pole,Poles,Polish,Portuguese,Qatari,Qataris,
Romanian,Romanians,Russian,Russians,Rwandan,Rwandans,Kittitian,Nevisian,Saint Lucian,Vincentian,Samoan,Samoans,Sammarinese,São Toméan,Santomean,Saudi,Saudis,Saudi Arabian,Senegalese,Serbian,
Serbians,Serb,Serbs,Seychellois,Sierra Leonean,Sierra Leoneans,Singaporean,Singaporeans,Slovak,Slovaks,Slovakian,Slovene,Slovenes,Slovenian,Slovenians,Solomon Islander,Somali,Somalis,Somalian,
South African,South Africans,South Sudanese,Spanish,Spaniard,Spaniards,Sri Lankan,Sri Lankans,Sudanese,Surinamese,Swedish,Swede,Swedes,Swiss,Syrian,Syrians,Tajik,Tajiks,Tajikistani,Taiwanese,
Tanzanian,Tanzanians,Thai,Thais,Timorese,Togolese,Tongan,Tongans,Trinidadian,Trinidadians,Tobagonian,Tunisian,Tunisians,Turkish,Turk,Turks,Turkmen,Turkmens,Tuvaluan,Ugandan,Ugandans,Ukrainian,
Ukrainians,Emirati,Emiratis,British,Briton,Britons,Brit,Brits,English,Englishman,Englishwoman,Scottish,Scot,Scots,Scotsman,Welsh,Welshman,American,Americans,Uruguayan,Uruguayans,Uzbek,Uzbeks,
Uzbekistani,Ni-Vanuatu,Vanuatuan,Venezuelan,Venezuelans,Vietnamese,Yemeni,Yemenis,Zambian,Zambians,Zimbabwean,Zimbabweans,Kosovar,Kosovars,Kurdish,Kurd,Kurds,Catalan,Catalans,Chechen,Chechens,
Tibetan,Tibetans,Puerto Rican,Puerto Ricans,Hong Konger,Hongkongers,Uyghur,Uyghurs,Soviet,European,Europeans,African,Africans,Asian,Asians,Arab,Arabs,Arabic,Latin American,Latino,Latina,Hispanic,Slavic,Slav,Slavs`
