// Made by `npm run tables` from i18n-iso-countries and Google's address metadata. Change the script, not this file.

/**
 * Each officially assigned code of ISO 3166-1: alpha-2 | alpha-3 | the parts that its addresses need (A street, C city,
 * S state, Z postcode) | English names.
 */
export const COUNTRIES = `
AD|AND|AC|Andorra
AE|ARE|AS|United Arab Emirates|UAE
AF|AFG|AC|Afghanistan
AG|ATG|A|Antigua and Barbuda
AI|AIA|AC|Anguilla
AL|ALB|AC|Albania
AM|ARM|AC|Armenia
AO|AGO|AC|Angola
AQ|ATA|AC|Antarctica
AR|ARG|AC|Argentina
AS|ASM|ACSZ|American Samoa
AT|AUT|ACZ|Austria
AU|AUS|ACSZ|Australia
AW|ABW|AC|Aruba
AX|ALA|ACZ|Åland Islands|Aland Islands
AZ|AZE|AC|Azerbaijan
BA|BIH|AC|Bosnia and Herzegovina
BB|BRB|AC|Barbados
BD|BGD|AC|Bangladesh
BE|BEL|ACZ|Belgium
BF|BFA|AC|Burkina Faso
BG|BGR|AC|Bulgaria
BH|BHR|AC|Bahrain
BI|BDI|AC|Burundi
BJ|BEN|AC|Benin
BL|BLM|ACZ|Saint Barthélemy
BM|BMU|AC|Bermuda
BN|BRN|AC|Brunei Darussalam
BO|BOL|AC|Bolivia
BQ|BES|AC|Bonaire, Sint Eustatius and Saba
BR|BRA|ACSZ|Brazil
BS|BHS|AC|Bahamas
BT|BTN|AC|Bhutan
BV|BVT|AC|Bouvet Island
BW|BWA|AC|Botswana
BY|BLR|AC|Belarus
BZ|BLZ|AC|Belize
CA|CAN|ACSZ|Canada
CC|CCK|AC|Cocos (Keeling) Islands
CD|COD|AC|Democratic Republic of the Congo|Congo
CF|CAF|AC|Central African Republic
CG|COG|AC|Republic of the Congo|Congo
CH|CHE|ACZ|Switzerland
CI|CIV|AC|Cote d'Ivoire|Côte d'Ivoire|Ivory Coast
CK|COK|AC|Cook Islands
CL|CHL|AC|Chile
CM|CMR|AC|Cameroon
CN|CHN|ACSZ|People's Republic of China|China
CO|COL|AS|Colombia
CR|CRI|ACS|Costa Rica
CU|CUB|AC|Cuba
CV|CPV|AC|Cape Verde
CW|CUW|AC|Curaçao
CX|CXR|AC|Christmas Island
CY|CYP|AC|Cyprus
CZ|CZE|ACZ|Czech Republic|Czechia
DE|DEU|ACZ|Germany
DJ|DJI|AC|Djibouti
DK|DNK|ACZ|Denmark
DM|DMA|AC|Dominica
DO|DOM|AC|Dominican Republic
DZ|DZA|AC|Algeria
EC|ECU|AC|Ecuador
EE|EST|ACZ|Estonia
EG|EGY|AC|Egypt
EH|ESH|AC|Western Sahara
ER|ERI|AC|Eritrea
ES|ESP|ACSZ|Spain
ET|ETH|AC|Ethiopia
FI|FIN|ACZ|Finland
FJ|FJI|AC|Fiji
FK|FLK|ACZ|Falkland Islands (Malvinas)
FM|FSM|ACSZ|Micronesia, Federated States of
FO|FRO|AC|Faroe Islands
FR|FRA|ACZ|France
GA|GAB|AC|Gabon
GB|GBR|ACZ|United Kingdom|UK|Great Britain
GD|GRD|AC|Grenada
GE|GEO|AC|Georgia
GF|GUF|ACZ|French Guiana
GG|GGY|ACZ|Guernsey
GH|GHA|AC|Ghana
GI|GIB|A|Gibraltar
GL|GRL|ACZ|Greenland
GM|GMB|AC|Republic of The Gambia|The Gambia|Gambia
GN|GIN|AC|Guinea
GP|GLP|ACZ|Guadeloupe
GQ|GNQ|AC|Equatorial Guinea
GR|GRC|ACZ|Greece
GS|SGS|ACZ|South Georgia and the South Sandwich Islands
GT|GTM|AC|Guatemala
GU|GUM|ACZ|Guam
GW|GNB|AC|Guinea-Bissau
GY|GUY|AC|Guyana
HK|HKG|AS|Hong Kong
HM|HMD|AC|Heard Island and McDonald Islands
HN|HND|ACS|Honduras
HR|HRV|AC|Croatia
HT|HTI|AC|Haiti
HU|HUN|ACZ|Hungary
ID|IDN|AS|Indonesia
IE|IRL|AC|Ireland
IL|ISR|AC|Israel
IM|IMN|ACZ|Isle of Man
IN|IND|ACSZ|India
IO|IOT|ACZ|British Indian Ocean Territory
IQ|IRQ|ACS|Iraq
IR|IRN|AC|Islamic Republic of Iran|Iran
IS|ISL|AC|Iceland
IT|ITA|ACSZ|Italy
JE|JEY|ACZ|Jersey
JM|JAM|ACS|Jamaica
JO|JOR|AC|Jordan
JP|JPN|ASZ|Japan
KE|KEN|AC|Kenya
KG|KGZ|AC|Kyrgyzstan
KH|KHM|AC|Cambodia
KI|KIR|AC|Kiribati
KM|COM|AC|Comoros
KN|KNA|ACS|Saint Kitts and Nevis
KP|PRK|AC|North Korea
KR|KOR|ACSZ|South Korea|Korea, Republic of|Republic of Korea
KW|KWT|AC|Kuwait
KY|CYM|AS|Cayman Islands
KZ|KAZ|AC|Kazakhstan
LA|LAO|AC|Lao People's Democratic Republic
LB|LBN|AC|Lebanon
LC|LCA|AC|Saint Lucia
LI|LIE|ACZ|Liechtenstein
LK|LKA|AC|Sri Lanka
LR|LBR|AC|Liberia
LS|LSO|AC|Lesotho
LT|LTU|ACZ|Lithuania
LU|LUX|ACZ|Luxembourg
LV|LVA|ACZ|Latvia
LY|LBY|AC|Libya
MA|MAR|AC|Morocco
MC|MCO|AC|Monaco
MD|MDA|AC|Moldova, Republic of
ME|MNE|AC|Montenegro
MF|MAF|ACZ|Saint Martin (French part)
MG|MDG|AC|Madagascar
MH|MHL|ACSZ|Marshall Islands
MK|MKD|AC|The Republic of North Macedonia|North Macedonia
ML|MLI|AC|Mali
MM|MMR|AC|Myanmar
MN|MNG|AC|Mongolia
MO|MAC|A|Macao
MP|MNP|ACSZ|Northern Mariana Islands
MQ|MTQ|ACZ|Martinique
MR|MRT|AC|Mauritania
MS|MSR|AC|Montserrat
MT|MLT|AC|Malta
MU|MUS|AC|Mauritius
MV|MDV|AC|Maldives
MW|MWI|AC|Malawi
MX|MEX|ACZ|Mexico
MY|MYS|ACZ|Malaysia
MZ|MOZ|AC|Mozambique
NA|NAM|AC|Namibia
NC|NCL|ACZ|New Caledonia
NE|NER|AC|Niger
NF|NFK|AC|Norfolk Island
NG|NGA|AC|Nigeria
NI|NIC|AC|Nicaragua
NL|NLD|ACZ|Netherlands|The Netherlands|Netherlands (Kingdom of the)
NO|NOR|ACZ|Norway
NP|NPL|AC|Nepal
NR|NRU|AS|Nauru
NU|NIU|AC|Niue
NZ|NZL|ACZ|New Zealand
OM|OMN|AC|Oman
PA|PAN|AC|Panama
PE|PER|AC|Peru
PF|PYF|ACSZ|French Polynesia
PG|PNG|ACS|Papua New Guinea
PH|PHL|AC|Philippines
PK|PAK|AC|Pakistan
PL|POL|ACZ|Poland
PM|SPM|ACZ|Saint Pierre and Miquelon
PN|PCN|ACZ|Pitcairn|Pitcairn Islands
PR|PRI|ACZ|Puerto Rico
PS|PSE|AC|State of Palestine|Palestine
PT|PRT|ACZ|Portugal
PW|PLW|ACSZ|Palau
PY|PRY|AC|Paraguay
QA|QAT|AC|Qatar
RE|REU|ACZ|Reunion
RO|ROU|ACZ|Romania
RS|SRB|AC|Serbia
RU|RUS|ACSZ|Russian Federation|Russia
RW|RWA|AC|Rwanda
SA|SAU|AC|Saudi Arabia
SB|SLB|AC|Solomon Islands
SC|SYC|AC|Seychelles
SD|SDN|AC|Sudan
SE|SWE|ACZ|Sweden
SG|SGP|AZ|Singapore
SH|SHN|ACZ|Saint Helena
SI|SVN|AC|Slovenia
SJ|SJM|ACZ|Svalbard and Jan Mayen
SK|SVK|ACZ|Slovakia
SL|SLE|AC|Sierra Leone
SM|SMR|AZ|San Marino
SN|SEN|AC|Senegal
SO|SOM|ACS|Somalia
SR|SUR|AC|Suriname
SS|SSD|AC|South Sudan
ST|STP|AC|Sao Tome and Principe
SV|SLV|ACS|El Salvador
SX|SXM|AC|Sint Maarten (Dutch part)
SY|SYR|AC|Syrian Arab Republic
SZ|SWZ|AC|Eswatini
TC|TCA|ACZ|Turks and Caicos Islands
TD|TCD|AC|Chad
TF|ATF|AC|French Southern Territories
TG|TGO|AC|Togo
TH|THA|AC|Thailand
TJ|TJK|AC|Tajikistan
TK|TKL|AC|Tokelau
TL|TLS|AC|Timor-Leste
TM|TKM|AC|Turkmenistan
TN|TUN|AC|Tunisia
TO|TON|AC|Tonga
TR|TUR|ACZ|Türkiye|Turkey
TT|TTO|AC|Trinidad and Tobago
TV|TUV|AC|Tuvalu
TW|TWN|ACSZ|Taiwan, Province of China|Taiwan
TZ|TZA|AC|United Republic of Tanzania|Tanzania
UA|UKR|ACSZ|Ukraine
UG|UGA|AC|Uganda
UM|UMI|ACS|United States Minor Outlying Islands
US|USA|ACSZ|United States of America|United States|USA|U.S.A.|US|U.S.
UY|URY|AC|Uruguay
UZ|UZB|AC|Uzbekistan
VA|VAT|AC|Holy See (Vatican City State)
VC|VCT|AC|Saint Vincent and the Grenadines
VE|VEN|ACS|Venezuela
VG|VGB|A|Virgin Islands, British
VI|VIR|ACSZ|Virgin Islands, U.S.
VN|VNM|AC|Vietnam
VU|VUT|AC|Vanuatu
WF|WLF|ACZ|Wallis and Futuna
WS|WSM|AC|Samoa
YE|YEM|AC|Yemen
YT|MYT|ACZ|Mayotte
ZA|ZAF|ACZ|South Africa
ZM|ZMB|AC|Zambia
ZW|ZWE|AC|Zimbabwe`;

/** Each state: abbreviation, pattern of how its postcodes begin, names; a tab in between. */
export const STATES: Readonly<Record<string, string>> = {
  AU: `
ACT	29|2540|260|261[0-8]|02|2620	Australian Capital Territory
NSW	1|2[0-57-8]|26[2-9]|261[189]|3500|358[56]|3644|3707	New South Wales
NT	0[89]	Northern Territory
QLD	[49]	Queensland
SA	5|0872	South Australia
TAS	7	Tasmania
VIC	[38]	Victoria
WA	6|0872	Western Australia`,
  CA: `
AB	T	Alberta	Alberta
BC	V	British Columbia	Colombie-Britannique
MB	R	Manitoba	Manitoba
NB	E	New Brunswick	Nouveau-Brunswick
NL	A	Newfoundland and Labrador	Terre-Neuve-et-Labrador
NT	X0E|X0G|X1A	Northwest Territories	Territoires du Nord-Ouest
NS	B	Nova Scotia	Nouvelle-Écosse
NU	X0A|X0B|X0C	Nunavut	Nunavut
ON	K|L|M|N|P	Ontario	Ontario
PE	C	Prince Edward Island	Île-du-Prince-Édouard
QC	G|H|J|K1A	Quebec	Québec
SK	S|R8A	Saskatchewan	Saskatchewan
YT	Y	Yukon	Yukon`,
  US: `
AL	3[56]	Alabama
AK	99[5-9]	Alaska
AS	96799	American Samoa
AZ	8[56]	Arizona
AR	71[6-9]|72	Arkansas
AA	340	Armed Forces (AA)
AE	09	Armed Forces (AE)
AP	96[2-6]	Armed Forces (AP)
CA	9[0-5]|96[01]	California
CO	8[01]	Colorado
CT	06	Connecticut
DE	19[7-9]	Delaware
DC	20[02-5]|569	District of Columbia
FL	3[23]|34[1-9]	Florida
GA	3[01]|398|39901	Georgia
GU	969([1-2]\\d|3[12])	Guam
HI	967[0-8]|9679[0-8]|968	Hawaii
ID	83[2-9]	Idaho
IL	6[0-2]	Illinois
IN	4[67]	Indiana
IA	5[0-2]	Iowa
KS	6[67]	Kansas
KY	4[01]|42[0-7]	Kentucky
LA	70|71[0-5]	Louisiana
ME	039|04	Maine
MH	969[67]	Marshall Islands
MD	20[6-9]|21	Maryland
MA	01|02[0-7]|05501|05544	Massachusetts
MI	4[89]	Michigan
FM	9694[1-4]	Micronesia
MN	55|56[0-7]	Minnesota
MS	38[6-9]|39[0-7]	Mississippi
MO	6[3-5]	Missouri
MT	59	Montana
NE	6[89]	Nebraska
NV	889|89	Nevada
NH	03[0-8]	New Hampshire
NJ	0[78]	New Jersey
NM	87|88[0-4]	New Mexico
NY	1[0-4]|06390|00501|00544	New York
NC	2[78]	North Carolina
ND	58	North Dakota
MP	9695[0-2]	Northern Mariana Islands
OH	4[3-5]	Ohio
OK	7[34]	Oklahoma
OR	97	Oregon
PW	969(39|40)	Palau
PA	1[5-8]|19[0-6]	Pennsylvania
PR	00[679]	Puerto Rico
RI	02[89]	Rhode Island
SC	29	South Carolina
SD	57	South Dakota
TN	37|38[0-5]	Tennessee
TX	7[5-9]|885|73301|73344	Texas
UT	84	Utah
VT	05	Vermont
VI	008	Virgin Islands
VA	201|2[23]|24[0-6]	Virginia
WA	98|99[0-4]	Washington
WV	24[7-9]|2[56]	West Virginia
WI	5[34]	Wisconsin
WY	82|83[01]|83414	Wyoming`,
};
