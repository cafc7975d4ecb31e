package spec

import (
	"slices"
	"strings"

	"github.com/rallsim/rall/ir/diag"
)

// plotArgs are the arguments of a plot, by name: NetPyNE's of the plots that
// rall makes, those without effect included.
var plotArgs = map[string]string{
	"plotRaster": `rasterData timeRange maxSpikes orderBy popRates popNumCells popLabels popColors syncLines colorbyPhase colorList
		orderInverse include spikeDist`,
	"plotTraces":     `include timeRange oneFigPer subtitles overlay colors ylim scaleBarLoc popColors`,
	"plotSpikeHist":  `histData timeRange popNumCells popLabels popColors binSize histType stacked cumulative log density colorList include allCellsColor yaxis measure norm smooth filtFreq filtOrder`,
	"plotSpikeFreq":  `freqData timeRange popNumCells popLabels popColors binSize norm smooth filtFreq filtOrder colorList include allCellsColor freqPlot histType stacked alpha`,
	"plotRates":      `include peakBin timeRange timeRanges timeRangeLabels colors ylim`,
	"plot2Dnet":      `include view showConns popColors tagsFile`,
	"plotConn":       `includePre includePost feature orderBy groupBy groupByIntervalPre groupByIntervalPost graphType removeWeightNorm synOrConn synMech connsFile tagsFile clim logPlot`,
	"plotSpikeStats": `include statDataIn timeRange graphType stats bins histlogy histlogx histmin density includeRate0 legendLabels normfit histShading xlim popColors`,
	"plotOverview":   `include timeRange popColors`,
}

// plotChoices are the values of arguments that take one of a few words.
var plotChoices = map[string][]string{
	"plotConn feature":         {"strength", "weight", "delay", "numConns", "probability", "convergence", "divergence"},
	"plotConn groupBy":         {"pop", "cell"},
	"plotConn graphType":       {"matrix", "bar"},
	"plotConn orderBy":         {"gid", "x", "y", "z", "xnorm", "ynorm", "znorm"},
	"plotConn synOrConn":       {"syn", "conn"},
	"plotSpikeStats graphType": {"boxplot", "histogram", "bar"},
	"plotTraces oneFigPer":     {"cell", "trace"},
}

// commonArgs go with every plot: about pictures, windows and files.
var commonArgs = strings.Fields(`figSize fontSize dpi title xlabel ylabel xlim ylim axis legend legendKwargs lineWidth linewidth marker markerSize
	markersize s tightLayout rcParams saveData saveFig showFig returnPlotter overwrite fileName fileDesc fileType fileDir sim rerun`)

// plotsMade are the plots that rall makes.
var plotsMade = []string{"plotRaster", "plotTraces", "plotSpikeHist", "plotSpikeFreq", "plotRates", "plot2Dnet", "plotConn", "plotSpikeStats", "plotOverview"}

// plotsKnown are NetPyNE's other plots and analyses.
var plotsKnown = strings.Fields(`plotLFPTimeSeries plotCSDTimeSeries plotTimeSeries plotLFPPSD plotCSDPSD plotTimeSeriesPSD
	plotLFPSpectrogram plotLFPLocations plotCSD plotShape plotEPSPAmp plot2Dfiring calculateDisynaptic plotSyncs plotRatePSD
	plotRateSpectrogram popAvgRates calculateRate plotfI calculatefI plotLFP plotDipole plotEEG plotRxDConcentration nTE granger plotGranger
	prepareSpikeData prepareRaster prepareSpikeHist prepareLFP preparePSD prepareSpectrogram prepareCSD bandpass bandstop lowpass highpass
	iplotRaster iplotSpikeHist iplotRatePSD iplotTraces iplotLFP iplotConn iplot2Dnet iplotDipole iplotDipolePSD iplotDipoleSpectrogram
	iplotSpikeStats iplotGranger iplotRxDConcentration`)

// analysis reads the plots. As in NetPyNE, the cells of plotTraces are
// recorded too, and a raster of stimuli records their spikes.
func (d *decoder) analysis(n *Node, c *SimConfig) {
	c.Analysis = nil
	if n.isEmpty() || !d.object(n, "analysis") {
		return
	}
	for _, m := range n.Keys {
		a := Analysis{Name: m.Key, Pos: m.Pos}
		switch {
		case m.Val.Kind == Object:
			a.Args = m.Val
		case m.Val.Kind == Bool && m.Val.Bool:
		case m.Val.isEmpty():
			continue
		default:
			d.diags.Errorf(diag.BadType, m.Val.Pos, "%s must be true or an object of arguments, not %s", m.Key, m.Val.Kind)
			continue
		}
		if !has(plotsMade, m.Key) && !has(plotsKnown, m.Key) {
			hint := suggest(m.Key, append(append([]string(nil), plotsMade...), plotsKnown...))
			if hint == "" {
				hint = "rall makes " + strings.Join(plotsMade, ", ")
			}
			d.diags.ErrorHint(diag.UnknownKey, m.Pos, hint, "unknown plot %q in analysis", m.Key)
			continue
		}
		if !has(plotsMade, m.Key) {
			d.diags.Add(diag.Diag{Severity: diag.Warning, Code: diag.Ignored, Pos: m.Pos, Hint: "rall makes " + strings.Join(plotsMade, ", "),
				Msg: m.Key + " is not made yet"})
			continue
		}
		d.plotArgs(a)
		c.Analysis = append(c.Analysis, a)
	}
}

// plotArgs checks the names of a plot's arguments, and the form of those that
// are numbers. What another plot understands has no effect on this one.
func (d *decoder) plotArgs(a Analysis) {
	if a.Args == nil {
		return
	}
	own := append(strings.Fields(plotArgs[a.Name]), commonArgs...)
	for _, m := range a.Args.Keys {
		switch {
		case has(own, m.Key):
			d.plotArg(a.Name, m)
		case anyPlotHas(m.Key):
			d.diags.Warnf(diag.Ignored, m.Pos, "%s has no argument %s: it has no effect", a.Name, m.Key)
		default:
			hint := suggest(m.Key, own)
			if hint == "" {
				args := strings.Fields(plotArgs[a.Name])
				slices.Sort(args)
				hint = "its arguments are " + strings.Join(args, ", ")
			}
			d.diags.ErrorHint(diag.UnknownKey, m.Pos, hint, "unknown argument %q of %s", m.Key, a.Name)
		}
	}
}

func anyPlotHas(arg string) bool {
	for _, args := range plotArgs {
		if has(strings.Fields(args), arg) {
			return true
		}
	}
	return false
}

// plotArg checks the form of one argument.
func (d *decoder) plotArg(plot string, m *Member) {
	switch m.Key {
	case "binSize", "maxSpikes", "peakBin":
		if n := m.Val; n.Kind != Null && !(n.Kind == Num && n.Num > 0) {
			d.diags.Errorf(diag.BadType, n.Pos, "%s of %s must be a positive number", m.Key, plot)
		}
	case "timeRange":
		n := m.Val
		pair := n.Kind == Array && len(n.Items) == 2 && n.Items[0].Kind == Num && n.Items[1].Kind == Num
		if n.Kind != Null && !(pair && n.Items[0].Num < n.Items[1].Num) {
			d.diags.ErrorHint(diag.BadType, n.Pos, "for example timeRange: [0, 500]", "timeRange of %s must be [from, to] in ms", plot)
		}
	default:
		words, n := plotChoices[plot+" "+m.Key], m.Val
		if words == nil || n.Kind == Null || n.Kind == Str && has(words, n.Str) {
			return
		}
		hint := suggest(n.Str, words)
		if hint == "" {
			hint = "one of " + strings.Join(words, ", ")
		}
		d.diags.ErrorHint(diag.BadValue, n.Pos, hint, "%s of %s cannot be %s", m.Key, plot, n.shown())
	}
}

// The words that stand for sets of cells and stimuli in include.
var includeWords = []string{"all", "allCells", "allNetStims", "eachPop"}

// included checks the names in what a plot includes.
func (c *checker) included(n *Node, plot string) {
	switch {
	case n == nil:
	case n.Kind == Array:
		for _, it := range n.Items {
			c.included(it, plot)
		}
	case n.Kind == Str:
		known := join(c.pops, c.sources)
		if !has(known, n.Str) && !has(includeWords, n.Str) {
			c.unknownName(n.Pos, n.Str, join(known, includeWords), "%s includes %q, which is no population and no stimulus source", plot, n.Str)
		}
	}
}
