"""ISO 3166-1 codes with English and native names: a line is alpha-2, alpha-3, a space, and names between bars.

A country may have several lines. A contributor adds a spelling by writing it at the end of its country's line.
"""

COUNTRIES = """
ADAND Andorra
AEARE United Arab Emirates|UAE|U.A.E.|Emirates|الإمارات|الإمارات العربية المتحدة
AFAFG Afghanistan
AGATG Antigua and Barbuda
AIAIA Anguilla
ALALB Albania|Shqipëria
AMARM Armenia|Հայաստան
AOAGO Angola
ARARG Argentina|Argentine|Argentinien
ASASM American Samoa
ATAUT Austria|Österreich|Oesterreich|Autriche
AUAUS Australia|Australien|Australie
AWABW Aruba
AXALA Åland|Åland Islands
AZAZE Azerbaijan|Azərbaycan
BABIH Bosnia and Herzegovina|Bosnia|Bosna i Hercegovina
BBBRB Barbados
BDBGD Bangladesh|বাংলাদেশ
BEBEL Belgium|België|Belgique|Belgien|Bélgica|Belgio
BFBFA Burkina Faso
BGBGR Bulgaria|България
BHBHR Bahrain|البحرين
BIBDI Burundi
BJBEN Benin|Bénin
BLBLM Saint Barthélemy
BMBMU Bermuda
BNBRN Brunei|Brunei Darussalam
BOBOL Bolivia|Plurinational State of Bolivia
BQBES Caribbean Netherlands|Bonaire, Sint Eustatius and Saba|Bonaire
BRBRA Brazil|Brasil|Brasilien|Brésil|Brasile
BSBHS Bahamas|The Bahamas
BTBTN Bhutan
BWBWA Botswana
BYBLR Belarus|Беларусь
BZBLZ Belize
CACAN Canada|Kanada
CCCCK Cocos Islands|Cocos (Keeling) Islands
CDCOD Democratic Republic of the Congo|DR Congo|DRC|Congo (Kinshasa)|Congo, Democratic Republic
CFCAF Central African Republic
CGCOG Republic of the Congo|Congo|Congo (Brazzaville)
CHCHE Switzerland|Schweiz|Suisse|Svizzera|Suiza|Suíça|Swiss
CICIV Ivory Coast|Côte d'Ivoire
CKCOK Cook Islands
CLCHL Chile
CMCMR Cameroon|Cameroun
CNCHN China|中国|PRC|People's Republic of China|Chine|Mainland China
COCOL Colombia|Kolumbien
CRCRI Costa Rica
CUCUB Cuba
CVCPV Cape Verde|Cabo Verde
CWCUW Curaçao
CXCXR Christmas Island
CYCYP Cyprus|Κύπρος|Kıbrıs|Zypern
CZCZE Czech Republic|Czechia|Česko|Česká republika|Tschechien
DEDEU Germany|Deutschland|Allemagne|Alemania|Alemanha|Germania|Duitsland|Niemcy|GER|BRD|Federal Republic of Germany
DJDJI Djibouti
DKDNK Denmark|Danmark|Dänemark|Danemark|Dinamarca
DMDMA Dominica
DODOM Dominican Republic|República Dominicana
DZDZA Algeria|Algérie|الجزائر
ECECU Ecuador
EEEST Estonia|Eesti
EGEGY Egypt|مصر
EHESH Western Sahara
ERERI Eritrea
ESESP Spain|España|Espagne|Spanien|Espanha|Spagna|Spanje
ETETH Ethiopia
FIFIN Finland|Suomi|Finnland|Finlande
FJFJI Fiji
FKFLK Falkland Islands|Falklands
FMFSM Micronesia|Federated States of Micronesia
FOFRO Faroe Islands|Føroyar
FRFRA France|Frankreich|Francia|França|Frankrijk
GAGAB Gabon
GBGBR United Kingdom|UK|U.K.|Great Britain|Britain|England|Scotland|Wales|Northern Ireland
GBGBR United Kingdom of Great Britain and Northern Ireland|Großbritannien|Grossbritannien|Vereinigtes Königreich
GBGBR Royaume-Uni|Reino Unido|Regno Unito|Verenigd Koninkrijk
GDGRD Grenada
GEGEO Georgia|საქართველო
GFGUF French Guiana|Guyane
GGGGY Guernsey
GHGHA Ghana
GIGIB Gibraltar
GLGRL Greenland|Kalaallit Nunaat
GMGMB Gambia|The Gambia
GNGIN Guinea|Guinée
GPGLP Guadeloupe
GQGNQ Equatorial Guinea
GRGRC Greece|Ελλάδα|Griechenland|Grèce|Grecia|Hellas
GTGTM Guatemala
GUGUM Guam
GWGNB Guinea-Bissau
GYGUY Guyana
HKHKG Hong Kong|Hong Kong SAR|香港
HNHND Honduras
HRHRV Croatia|Hrvatska|Kroatien|Croatie
HTHTI Haiti|Haïti
HUHUN Hungary|Magyarország|Ungarn|Hongrie
IDIDN Indonesia
IEIRL Ireland|Éire|Republic of Ireland|Irland|Irlande|Irlanda
ILISR Israel|ישראל
IMIMN Isle of Man
ININD India|Bharat|भारत|Indien|Inde
IOIOT British Indian Ocean Territory
IQIRQ Iraq|العراق
IRIRN Iran|Islamic Republic of Iran|ایران
ISISL Iceland|Ísland|Island
ITITA Italy|Italia|Italien|Italie|Itália|Italië|Włochy
JEJEY Jersey
JMJAM Jamaica
JOJOR Jordan|الأردن
JPJPN Japan|日本|Nippon|Japon|Japón
KEKEN Kenya
KGKGZ Kyrgyzstan
KHKHM Cambodia|កម្ពុជា
KIKIR Kiribati
KMCOM Comoros
KNKNA Saint Kitts and Nevis|St Kitts and Nevis
KPPRK North Korea|Democratic People's Republic of Korea
KRKOR South Korea|Korea|Republic of Korea|Korea, Republic of|대한민국|한국|Südkorea
KWKWT Kuwait|الكويت
KYCYM Cayman Islands
KZKAZ Kazakhstan|Қазақстан|Казахстан
LALAO Laos|Lao People's Democratic Republic
LBLBN Lebanon|Liban|لبنان
LCLCA Saint Lucia|St Lucia
LILIE Liechtenstein
LKLKA Sri Lanka
LRLBR Liberia
LSLSO Lesotho
LTLTU Lithuania|Lietuva|Litauen
LULUX Luxembourg|Luxemburg|Lëtzebuerg
LVLVA Latvia|Latvija|Lettland
LYLBY Libya|ليبيا
MAMAR Morocco|Maroc|المغرب|Marokko|Marruecos
MCMCO Monaco
MDMDA Moldova|Republic of Moldova
MEMNE Montenegro|Crna Gora
MFMAF Saint Martin
MGMDG Madagascar
MHMHL Marshall Islands
MKMKD North Macedonia|Macedonia|Северна Македонија
MLMLI Mali
MMMMR Myanmar|Burma
MNMNG Mongolia
MOMAC Macau|Macao|澳門
MPMNP Northern Mariana Islands
MQMTQ Martinique
MRMRT Mauritania|Mauritanie
MSMSR Montserrat
MTMLT Malta
MUMUS Mauritius
MVMDV Maldives
MWMWI Malawi
MXMEX Mexico|México|Méjico|Mexiko|Mexique|Messico
MYMYS Malaysia
MZMOZ Mozambique|Moçambique
NANAM Namibia
NCNCL New Caledonia|Nouvelle-Calédonie
NENER Niger
NFNFK Norfolk Island
NGNGA Nigeria
NINIC Nicaragua
NLNLD Netherlands|Nederland|Holland|Niederlande|Pays-Bas|Países Bajos|Paesi Bassi|Países Baixos
NONOR Norway|Norge|Noreg|Norwegen|Norvège|Noruega
NPNPL Nepal|नेपाल
NRNRU Nauru
NUNIU Niue
NZNZL New Zealand|Aotearoa|Neuseeland
OMOMN Oman|عمان
PAPAN Panama|Panamá
PEPER Peru|Perú
PFPYF French Polynesia|Polynésie française
PGPNG Papua New Guinea
PHPHL Philippines|Pilipinas
PKPAK Pakistan|پاکستان
PLPOL Poland|Polska|Polen|Pologne|Polonia
PMSPM Saint Pierre and Miquelon
PRPRI Puerto Rico
PSPSE Palestine|State of Palestine|فلسطين
PTPRT Portugal
PWPLW Palau
PYPRY Paraguay
QAQAT Qatar|قطر
REREU Réunion|La Réunion
ROROU Romania|România|Rumänien|Roumanie
RSSRB Serbia|Srbija|Србија|Serbien
RURUS Russia|Russian Federation|Россия|Российская Федерация|Russland|Russie|Rusia
RWRWA Rwanda
SASAU Saudi Arabia|KSA|Kingdom of Saudi Arabia|السعودية|المملكة العربية السعودية
SBSLB Solomon Islands
SCSYC Seychelles
SDSDN Sudan
SESWE Sweden|Sverige|Schweden|Suède|Suecia|Suécia|Svezia
SGSGP Singapore|新加坡|Singapur
SHSHN Saint Helena|Saint Helena, Ascension and Tristan da Cunha
SISVN Slovenia|Slovenija|Slowenien
SJSJM Svalbard and Jan Mayen
SKSVK Slovakia|Slovensko|Slowakei|Slovak Republic
SLSLE Sierra Leone
SMSMR San Marino
SNSEN Senegal|Sénégal
SOSOM Somalia
SRSUR Suriname
SSSSD South Sudan
STSTP São Tomé and Príncipe
SVSLV El Salvador
SXSXM Sint Maarten
SYSYR Syria|Syrian Arab Republic|سوريا
SZSWZ Eswatini|Swaziland
TCTCA Turks and Caicos Islands
TDTCD Chad|Tchad
TGTGO Togo
THTHA Thailand|ประเทศไทย|ไทย
TJTJK Tajikistan
TKTKL Tokelau
TLTLS Timor-Leste|East Timor
TMTKM Turkmenistan
TNTUN Tunisia|Tunisie|تونس
TOTON Tonga
TRTUR Turkey|Türkiye|Turkei|Türkei|Turquie|Turquía
TTTTO Trinidad and Tobago|Trinidad
TVTUV Tuvalu
TWTWN Taiwan|臺灣|台灣|台湾|Taiwan, Province of China
TZTZA Tanzania|United Republic of Tanzania
UAUKR Ukraine|Україна
UGUGA Uganda
USUSA United States|United States of America|U.S.|U.S.A.|America|Estados Unidos|États-Unis|Vereinigte Staaten
USUSA Stati Uniti|EE.UU.|EEUU|EUA|Verenigde Staten
UYURY Uruguay
UZUZB Uzbekistan|O‘zbekiston
VAVAT Vatican City|Holy See|Vatican
VCVCT Saint Vincent and the Grenadines|St Vincent and the Grenadines
VEVEN Venezuela|Bolivarian Republic of Venezuela
VGVGB British Virgin Islands
VIVIR U.S. Virgin Islands|US Virgin Islands|Virgin Islands, U.S.
VNVNM Vietnam|Viet Nam|Việt Nam
VUVUT Vanuatu
WFWLF Wallis and Futuna
WSWSM Samoa
XKXKX Kosovo|Kosova
YEYEM Yemen|اليمن
YTMYT Mayotte
ZAZAF South Africa|Suid-Afrika|RSA|Südafrika
ZMZMB Zambia
ZWZWE Zimbabwe
"""
