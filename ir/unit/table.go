package unit

// definition says that one unit of name is def, in the notation of Scope.
// A name without a definition is a base dimension.
type definition struct{ name, def string }

// neuron is the vocabulary that a .mod file's UNITS block may draw on. The
// names are those of the Unix units program as NEURON's translator knows
// them; constants are the CODATA 2018 values that NEURON uses from version 9.
// The order and the shape of each definition decide the rounding of the
// factors, so a change here can move a model's last digit; the test holds the
// factors against NEURON's.
var neuron = []definition{
	{"fuzz", "1"},
	{"two", "2"},
	{"pi", "3.14159265358979323846"},
	{"c", "2.99792458+8 m/sec"},
	{"g", "9.80665 m/sec2"},
	{"mole", "6.02214076+23"},
	{"e", "1.602176634-19 coul"},
	{"energy", "c2"},
	{"force", "g"},
	{"mercury", "1.33322+5 kg/m2-sec2"},
	{"hg", "mercury"},

	// angles
	{"radian", ".5/pi"},
	{"degree", "1|180 pi-radian"},
	{"circle", "2 pi-radian"},
	{"turn", "2 pi-radian"},
	{"revolution", "turn"},
	{"rev", "turn"},
	{"arcdeg", "1 degree"},
	{"arcmin", "1|60 arcdeg"},
	{"arcsec", "1|60 arcmin"},
	{"steradian", "radian2"},
	{"sr", "steradian"},

	// time
	{"second", "sec"},
	{"s", "sec"},
	{"minute", "60 sec"},
	{"min", "minute"},
	{"hour", "60 min"},
	{"hr", "hour"},
	{"day", "24 hr"},
	{"da", "day"},
	{"week", "7 day"},
	{"year", "365.24219879 day"},
	{"yr", "year"},
	{"month", "1|12 year"},
	{"ms", "millisec"},
	{"us", "microsec"},
	{"ns", "nanosec"},

	// mass
	{"gram", "millikg"},
	{"gm", "gram"},
	{"mg", "milligram"},
	{"tonne", "1+6 gm"},
	{"lb", ".45359237 kg"},
	{"dalton", "amu"},
	{"amu", "1.66044-27 kg"},
	{"electronmass", "9.1095-31 kg"},
	{"protonmass", "1.6726-27 kg"},

	// length, area, volume
	{"meter", "m"},
	{"metre", "meter"},
	{"cm", "centimeter"},
	{"mm", "millimeter"},
	{"km", "kilometer"},
	{"nm", "nanometer"},
	{"micron", "micrometer"},
	{"angstrom", "decinanometer"},
	{"fermi", "1-15 m"},
	{"inch", "2.54 cm"},
	{"foot", "12 inch"},
	{"feet", "foot"},
	{"ft", "foot"},
	{"yard", "3 ft"},
	{"mile", "5280 ft"},
	{"cc", "cm3"},
	{"liter", "kilocc"},
	{"litre", "liter"},
	{"ml", "milliliter"},

	// mechanics, energy, pressure
	{"newton", "kg-m/sec2"},
	{"nt", "newton"},
	{"N", "newton"},
	{"dyne", "cm-gm/sec2"},
	{"joule", "nt-m"},
	{"erg", "cm2-gm/sec2"},
	{"cal", "4.1868 joule"},
	{"calorie", "cal"},
	{"kcal", "kilocal"},
	{"kcalorie", "kilocal"},
	{"pascal", "nt/m2"},
	{"atmosphere", "1.01325+5 nt/m2"},
	{"atm", "atmosphere"},
	{"bar", "1+5 nt/m2"},
	{"torr", "mm hg"},
	{"poise", "gm/cm-sec"},

	// electricity and magnetism
	{"coulomb", "coul"},
	{"C", "coul"},
	{"ampere", "coul/sec"},
	{"amp", "ampere"},
	{"watt", "joule/sec"},
	{"volt", "watt/amp"},
	{"V", "volt"},
	{"ohm", "volt/amp"},
	{"mho", "/ohm"},
	{"siemens", "/ohm"},
	{"farad", "coul/volt"},
	{"pf", "picofarad"},
	{"henry", "sec2/farad"},
	{"mh", "millihenry"},
	{"weber", "volt-sec"},
	{"tesla", "weber/m2"},
	{"gauss", "1-4 weber/m2"},
	{"kilohm", "kiloohm"},
	{"megohm", "megaohm"},
	{"electronvolt", "e-volt"},
	{"ev", "e-volt"},
	{"eV", "e V"},
	{"statcoul", "1|2.99792458+9 coul"},
	{"debye", "3.336-30 coul-m"},

	// thermodynamics and chemistry
	{"degC", "K"},
	{"kelvin", "K"},
	{"degF", "5|9 degC"},
	{"boltzmann", "1.380649-23 joule/K"},
	{"k", "boltzmann"},
	{"gasconstant", "k-mole"},
	{"R", "gasconstant"},
	{"faraday", "e-mole"},
	{"planck", "6.62607015-34 joule-sec"},
	{"hbar", "planck/two-pi"},
	{"curie", "3.7+10 /sec"},

	// light, frequency, information
	{"cd", "candela"},
	{"lumen", "cd sr"},
	{"lux", "cd sr/m2"},
	{"hertz", "/sec"},
	{"Hz", "hertz"},
	{"hz", "/sec"},
	{"khz", "1+3 /sec"},
	{"mhz", "1+6 /sec"},
	{"rpm", "rev/minute"},
	{"byte", "8 bit"},

	// counts
	{"%", "1|100"},
	{"percent", "%"},
	{"dozen", "12"},
}

// longPrefix are the prefixes of Scope, in the order in which they are tried.
var longPrefix = []struct {
	name   string
	factor float64
}{
	{"atto", 1e-18}, {"femto", 1e-15}, {"pico", 1e-12}, {"nano", 1e-9}, {"micro", 1e-6},
	{"milli", 1e-3}, {"centi", 1e-2}, {"deci", 1e-1}, {"deka", 1e1}, {"hecta", 1e2}, {"hecto", 1e2},
	{"kilo", 1e3}, {"mega", 1e6}, {"meg", 1e6}, {"giga", 1e9}, {"tera", 1e12},
}

// symbols are the units that may take a short prefix in a quantity ("mV"),
// each given in the vocabulary of Scope. Names are as people write them;
// "M" is molar, a unit of its own that counts moles.
var symbols = []definition{
	{"m", "m"}, {"g", "gram"}, {"s", "sec"}, {"sec", "sec"}, {"A", "ampere"}, {"V", "volt"}, {"C", "coul"},
	{"F", "farad"}, {"S", "siemens"}, {"Ohm", "ohm"}, {"ohm", "ohm"}, {"Ω", "ohm"}, {"H", "henry"},
	{"N", "newton"}, {"J", "joule"}, {"W", "watt"}, {"T", "tesla"}, {"Pa", "pascal"}, {"Hz", "hertz"},
	{"K", "K"}, {"mol", "mole"}, {"M", "mole/liter"}, {"molar", "mole/liter"}, {"L", "liter"}, {"l", "liter"},
	{"eV", "e-volt"},
}

// shortPrefix are the SI prefixes of symbols.
var shortPrefix = []struct {
	name   string
	factor float64
}{
	{"da", 1e1}, {"a", 1e-18}, {"f", 1e-15}, {"p", 1e-12}, {"n", 1e-9}, {"u", 1e-6}, {"µ", 1e-6}, {"μ", 1e-6},
	{"m", 1e-3}, {"c", 1e-2}, {"d", 1e-1}, {"h", 1e2}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12},
}
