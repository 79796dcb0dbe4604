// SPDX-License-Identifier: Apache-2.0

package simulate

import "strings"

// tradition is a way of naming. Every family name is a word for "example",
// "sample" or "test" with an ending that makes it look like a name; nobody is
// called so.
type tradition struct {
	given, words, endings []string
}

// traditions are drawn evenly for everyone, independently of everything else.
// All letters are in Latin-1, so that no file format depends on a name.
var traditions = []tradition{
	{ // English
		strings.Fields("Oliver Amelia Harriet George Edith Martin Alice Walter Hazel Simon Ruth Colin Nora Hugh Iris Graham Daphne Leonard"),
		strings.Fields("Sample Tester Specimen Placehold Fixtur Mockin Dummer"),
		strings.Fields("worth ford ley ton bury ham field wick stead by combe croft dale hurst mere shaw thorpe wood"),
	},
	{ // Irish, Welsh and Scots
		strings.Fields("Siobhán Dylan Hamish Aoife Rhys Catriona Eoin Mairead Gwen Callum Niamh Owain Fiona Tomos Orla Ewan Sinéad Bronwen"),
		strings.Fields("Sampla Enghraifft Eisimpleir Samplach Prawf Deuchainn Triail"),
		strings.Fields("an ach wyn each agh ell ein oed aid og ais wen in ad ur olt ant eth"),
	},
	{ // German and Dutch
		strings.Fields("Greta Jonas Femke Lukas Anneke Matthias Sanne Dirk Katrin Bram Heike Pieter Ulrike Joost Birgit Stefan Marijke Rolf"),
		strings.Fields("Muster Beispiel Probe Voorbeeld Proef Exempel Vorlage"),
		strings.Fields("mann berg stein huis bach veld feld hoff baum stra man burg dorf kamp hof ing horst brink"),
	},
	{ // Scandinavian and Finnish
		strings.Fields("Linnea Freja Mikko Astrid Søren Aino Lars Ingrid Eero Signe Nils Tuuli Björn Maja Oskar Liv Pekka Elin"),
		strings.Fields("Prov Eksempel Esimerkki Prøve Exempel Koe Mall"),
		strings.Fields("sson sen gård nen ström lund vik qvist by dal mäki berg strand nes blad gren holm ås"),
	},
	{ // Spanish
		strings.Fields("Mateo Rosa Joaquín Inés Álvaro Pilar Rodrigo Ximena Tomás Lucía Esteban Carmen Gonzalo Valeria Iván Marisol Andrés Noelia"),
		strings.Fields("Ejempl Muestr Prueb Modelin Ensay Patron Espécim"),
		strings.Fields("ez ero al ano edo ares illo ín ada eda anza ero-Río ez-Mar illa uela osa ete eros"),
	},
	{ // Portuguese and Italian
		strings.Fields("Paolo Clara Joaquim Giulia Bruno Teresa Enzo Beatriz Davi Chiara Rui Lorenza Caio Fiorella Nuno Ilaria Otávio Serena"),
		strings.Fields("Exempl Esempi Amostr Campion Prov Model Ensai"),
		strings.Fields("oni eira etti ão inho ucci aldo elli oso ini eiro ante ardo esco ano ella iano otti"),
	},
	{ // French and Breton
		strings.Fields("Julie Étienne Camille Loïc Margaux Yann Élodie Bastien Solène Thibault Anaïs Gaël Noémie Quentin Maëlle Rémi Clémence Hervé"),
		strings.Fields("Exempl Échantill Spécim Modél Essay Gabari Témoign"),
		strings.Fields("ier ard eau on in ot elle aud ois ec ac et ière and ain ual mont val"),
	},
	{ // Polish, Czech and Baltic
		strings.Fields("Zofia Tomasz Hana Marek Lenka Pavel Agata Jiri Ruta Andris Milena Vít Oksana Jurgis Petra Bohdan Ilze Radek"),
		strings.Fields("Priklad Ukaz Prob Vzor Paraug Pavyzd Zraz"),
		strings.Fields("ski owicz ka ník ský ins auskas enko ák ek ins-Lak iak ov icki ová aitis ans úr"),
	},
	{ // Greek, Turkish and Caucasian
		strings.Fields("Emre Eleni Tamar Nikos Deniz Irakli Zeynep Kostas Nino Selin Giorgi Dimitra Kerem Ani Ozan Sofia Levan Elif"),
		strings.Fields("Örnek Deigma Nimush Numune Prototyp Sinam Tekrar"),
		strings.Fields("oglu idis adze opoulos ci yan akis lar shvili ides kaya tas ian elli os gil sel eri"),
	},
	{ // Arabic and Persian
		strings.Fields("Anwar Noor Farid Layla Karim Shirin Yusuf Dalia Reza Samira Hadi Mona Tariq Nasrin Omid Rana Jamal Parisa"),
		strings.Fields("Mithal Namun Nemun Numudhaj Ayyin Tajrib Azmun"),
		strings.Fields("i awi zadeh pour ani eh ian iyya dar far oui eddin nia parast sh ini van gar"),
	},
	{ // Hebrew and East African Semitic
		strings.Fields("Selam Noa Dawit Eitan Hirut Yael Bekele Amit Tsion Omer Almaz Gil Mekdes Rotem Abel Shira Tigist Boaz"),
		strings.Fields("Dugma Misale Mofet Nisayon Mukera Tavnit Misil"),
		strings.Fields("el it on i ay ot an eh im av or ina u am esh iel ae yot"),
	},
	{ // South Asian
		strings.Fields("Priya Dev Bilal Ananya Arjun Farhana Kiran Meera Imran Lakshmi Rohan Tahmina Vikram Sunita Naveed Divya Harish Nusrat"),
		strings.Fields("Udahar Namuna Drishtant Matiri Pariksh Mathru Misal"),
		strings.Fields("an wala kar am ani pur di raj esh appa oor iya ula dar war il ath eja"),
	},
	{ // East Asian
		strings.Fields("Kaito Eun-ji Chen Yuki Mei Haruto Jia Min-jun Sakura Wei Hana Ji-woo Ren Lan Daichi Xin So-yeon Bo"),
		strings.Fields("Mihon Yesi Yangli Rei Fanli Gyeon Shili"),
		strings.Fields("moto yama da mura saki gawa hara no be ko zawa shita oka bashi ta mi ishi no-ue"),
	},
	{ // South-East Asian and Pacific
		strings.Fields("Minh Leilani Aroha Putri Rizal Malia Tane Dewi Somchai Kalani Mere Bayu Linh Sione Anong Wiremu Thuy Lani"),
		strings.Fields("Vidu Laana Tauira Contoh Halimbaw Tuayang Mau"),
		strings.Fields("nui wati chai lani tama sari anan iti kul rangi ola moana dy awa ngata put ika ra"),
	},
	{ // West African
		strings.Fields("Ngozi Kwame Adaora Kofi Folake Chidi Ama Seydou Yetunde Emeka Efua Ousmane Bisi Kwesi Amina Tunde Akosua Ibou"),
		strings.Fields("Iheatu Nhweso Apeere Misali Hweso Royuwaay Gwaji"),
		strings.Fields("ola eke ba uzo ye ade mi fe kor ane ndi wo be chi dou ewa ato ne"),
	},
	{ // East and southern African
		strings.Fields("Thandeka Wanjiru Amani Sipho Neema Tendai Lindiwe Juma Nandi Baraka Zanele Otieno Rudo Themba Zawadi Farai Makena Sibusiso"),
		strings.Fields("Isibonelo Mfano Kielelez Sampul Mohlal Muenzan Jaribi"),
		strings.Fields("ni a wa lo za mbe si ki ro ndo tho le shi ye mba ko iso ela"),
	},
}

// name draws a given and a family name.
func name(c chance) (given, family string) {
	t := of(c, traditions)
	given = of(c, t.given)
	family = of(c, t.words) + of(c, t.endings)
	if c.is(0.08) {
		family += "-" + of(c, t.words) + of(c, t.endings)
	}
	return given, family
}

// ascii keeps the letters of a name that an account name can hold.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case strings.ContainsRune("áàâãäå", r):
			return 'a'
		case strings.ContainsRune("éèêë", r):
			return 'e'
		case strings.ContainsRune("íìîï", r):
			return 'i'
		case strings.ContainsRune("óòôõöø", r):
			return 'o'
		case strings.ContainsRune("úùûü", r):
			return 'u'
		case r == 'ñ':
			return 'n'
		case r == 'ç':
			return 'c'
		case r == 'ý':
			return 'y'
		}
		return -1
	}, strings.ToLower(s))
}
