package learn

import (
	"math"
	"slices"
)

// Power spans decades, and off is a level, too, at a few watts of noise. So it is looked at on a scale that is linear
// below one in two hundred of the greatest power, and no less than a watt, and logarithmic above.
type scale struct{ unit float64 }

func (s scale) to(v float64) float64   { return math.Asinh(v / s.unit) }
func (s scale) back(x float64) float64 { return math.Sinh(x) * s.unit }

const (
	step   = 1.0 / 32 // of a bin: 3 % of power
	blur   = 0.06     // standard deviation: the noise of a level
	apart  = 0.35     // levels differ by that much at least: 1.4 times
	empty  = 0.25     // a valley is no higher than this part of the lower hill beside it
	little = 0.002    // share of the time that makes a level: a quarter of an hour in a week
	most   = 6        // levels that are looked for
)

// A histogram is how much of the time was spent in each bin.
type histogram struct {
	scale
	from  float64   // of the first bin, on the scale
	share []float64 // adds up to 1
}

func count(samples []Sample) histogram {
	h := histogram{scale: scale{unit: max(greatest(samples)/200, 1)}}
	if len(samples) == 0 {
		return h
	}
	low, high := math.Inf(1), math.Inf(-1)
	var all float64
	for _, s := range samples {
		low, high = min(low, h.to(s.Value)), max(high, h.to(s.Value))
		all += s.For.Seconds()
	}
	h.from = low
	h.share = make([]float64, int((high-h.from)/step)+1)
	for _, s := range samples {
		h.share[int((h.to(s.Value)-h.from)/step)] += s.For.Seconds() / all
	}
	return h
}

// greatest leaves out one in two hundred samples: a motor's start is not its power.
func greatest(samples []Sample) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, s.Value)
	}
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)*199/200]
}

// at is the middle of a bin, on the scale.
func (h *histogram) at(bin int) float64 { return h.from + (float64(bin)+0.5)*step }

// levels are the cuts between as many levels as there are real valleys.
func (h *histogram) levels() []float64 {
	hills, from := h.blurred(), h.divide()
	for k := most; k > 1; k-- {
		edges := make([]int, k+1)
		edges[k] = len(h.share)
		for c := k; c > 0 && edges[c] >= 0; c-- {
			edges[c-1] = from[c][edges[c]]
		}
		if cuts, ok := h.real(edges, hills); ok {
			return cuts
		}
	}
	return nil
}

// divide finds the classes that best explain the histogram, each as a normal distribution of its own width and share:
// minimum error thresholding (Kittler and Illingworth 1986) for several thresholds, and exactly, by dynamic programming.
// Thresholds that minimise variance alone (Otsu, k-means) cut a large class in two before they find a small one, and
// standby may be a hundredth of the time. The last of c classes that end before bin i begins at from[c][i]; -1: there
// are not so many.
func (h *histogram) divide() (from [most + 1][]int) {
	n := len(h.share)
	var best [most + 1][]float64
	for c := range best {
		best[c], from[c] = make([]float64, n+1), make([]int, n+1)
		for i := range n + 1 {
			best[c][i], from[c][i] = math.Inf(1), -1
		}
	}
	best[0][0] = 0
	cost := h.costs()
	for i := 1; i <= n; i++ {
		for j := range i {
			v := cost(j, i)
			for c := 1; c <= most; c++ {
				if v := best[c-1][j] + v; v < best[c][i] {
					best[c][i], from[c][i] = v, j
				}
			}
		}
	}
	return from
}

// costs is how badly one normal distribution explains the bins from i to j: share × log(width / share).
func (h *histogram) costs() func(i, j int) float64 {
	n := len(h.share)
	sum, first, second := make([]float64, n+1), make([]float64, n+1), make([]float64, n+1)
	for i, w := range h.share {
		x := h.at(i) - h.from
		sum[i+1], first[i+1], second[i+1] = sum[i]+w, first[i]+w*x, second[i]+w*x*x
	}
	return func(i, j int) float64 {
		w := sum[j] - sum[i]
		if !(w >= little) {
			return math.Inf(1)
		}
		mean := (first[j] - first[i]) / w
		variance := max((second[j]-second[i])/w-mean*mean, 0) + blur*blur
		return w * (math.Log(variance)/2 - math.Log(w))
	}
}

// blurred is the histogram without the accidents of a short time.
func (h *histogram) blurred() []float64 {
	const reach = 8 // bins: four standard deviations
	out := make([]float64, len(h.share))
	for i := range out {
		for j := max(0, i-reach); j <= min(len(out)-1, i+reach); j++ {
			d := float64(i-j) * step / blur
			out[i] += h.share[j] * math.Exp(-d*d/2)
		}
	}
	return out
}

// real says whether all classes are hills with real valleys between them, and where those are lowest: between the
// middles of the classes, for where nothing lies any cut explains it equally well.
func (h *histogram) real(edges []int, hills []float64) (at []float64, ok bool) {
	if slices.Contains(edges, -1) {
		return nil, false
	}
	valleys := []int{0}
	for i := range len(edges) - 2 {
		valleys = append(valleys, lowest(hills, h.median(edges[i], edges[i+1]), h.median(edges[i+1], edges[i+2])))
	}
	valleys = append(valleys, len(hills)-1)
	for i := 1; i < len(valleys)-1; i++ {
		below, above := highest(hills, valleys[i-1], valleys[i]), highest(hills, valleys[i], valleys[i+1])
		if h.at(above)-h.at(below) < apart || hills[valleys[i]] > empty*min(hills[below], hills[above]) {
			return nil, false
		}
		at = append(at, h.back(h.at(valleys[i])))
	}
	return at, true
}

// median is the bin in which half of what is in those from one to another has come.
func (h *histogram) median(from, to int) int {
	var all float64
	for _, w := range h.share[from:to] {
		all += w
	}
	for i, left := from, all/2; i < to; i++ {
		if left -= h.share[i]; left <= 0 {
			return i
		}
	}
	return from
}

func highest(hills []float64, from, to int) int {
	best := from
	for i := from; i <= to; i++ {
		if hills[i] > hills[best] {
			best = i
		}
	}
	return best
}

// lowest is the middle of the lowest stretch.
func lowest(hills []float64, from, to int) int {
	first, last := from, from
	for i := from; i <= to; i++ {
		switch {
		case hills[i] < hills[first]:
			first, last = i, i
		case hills[i] == hills[first]:
			last = i
		}
	}
	return (first + last) / 2
}
