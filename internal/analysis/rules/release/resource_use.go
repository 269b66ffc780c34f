package release

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"github.com/open-platform-model/opm-lsp/internal/analysis/cascade"
	"github.com/open-platform-model/opm-lsp/internal/analysis/rule"
)

// The fields of a component that say what it uses. The containers in the second list end
// before the others start, so their amounts do not add up with them.
var (
	runningContainers = []string{"container", "sidecarContainers"}
	initialContainers = []string{"initContainers"}
)

const (
	resources = "resources" // of a container
	replicas  = "replicas"  // of a component
)

// IsResourceField reports whether a component's field has to do with what it uses.
func IsResourceField(field cascade.Path) bool {
	return slices.Contains(field, resources) || slices.Equal(field, cascade.Path{replicas})
}

// A container is one of a component, resolved.
type container struct {
	field   cascade.Path // of the component
	node    *cascade.Node
	running bool
}

// amount returns how much of a resource the container states as its limits or requests.
func (c container) amount(of, resource string) (quantity, *cascade.Node) {
	n := c.node
	for _, label := range []string{resources, of, resource} {
		if n = n.Child(label); n == nil {
			return nil, nil
		}
	}
	if q, ok := quantityOf(n.Value); ok && n.Present {
		return q, n
	}
	return nil, nil
}

// counted returns the amount that counts for a total, and whether that is a limit or a
// request: who states only a limit requests as much.
func (c container) counted(b resourceBound) (q quantity, n *cascade.Node, of string) {
	if q, n = c.amount(b.of, b.resource); q == nil && b.of == requests {
		q, n = c.amount(limits, b.resource)
		return q, n, limits
	}
	return q, n, b.of
}

func (c container) path(of, resource string) cascade.Path {
	return slices.Concat(c.field, cascade.Path{resources, of, resource})
}

// containersOf returns the containers of a component.
func containersOf(component *cascade.Node) []container {
	var out []container
	for _, label := range slices.Concat(runningContainers, initialContainers) {
		n := component.Child(label)
		running := slices.Contains(runningContainers, label)
		switch {
		case n == nil:
		case n.Child(resources) != nil:
			out = append(out, container{cascade.Path{label}, n, running})
		default: // a list or a map of containers
			for _, each := range n.Children {
				out = append(out, container{cascade.Path{label, each.Label()}, each, running})
			}
		}
	}
	return out
}

// excesses compares what the components use with what scopes allow, and returns what the
// release sets beyond that.
func excesses(from cascade.Source, r *rule.Resolved, flows []cascade.Flow) []excess {
	bounds := resourceBounds(from, r)
	if len(bounds) == 0 {
		return nil
	}
	c := comparison{flows: flows, components: resolveBelow(from, r, (*cascade.Layer).Components).Children}
	for _, b := range bounds {
		if b.kind == total {
			c.total(b)
			continue
		}
		for _, component := range c.components {
			if b.governs(component.Label()) {
				for _, one := range containersOf(component) {
					c.one(b, component.Label(), one)
				}
			}
		}
	}
	return c.found
}

type comparison struct {
	flows      []cascade.Flow // of the release's own values
	components []*cascade.Node
	found      []excess
}

// flow returns how a field of a component is set by the release; ok is false if it is not.
func (c *comparison) flow(component string, field cascade.Path) (flow cascade.Flow, ok bool) {
	i := slices.IndexFunc(c.flows, func(f cascade.Flow) bool { return f.Component == component && slices.Equal(f.Field, field) })
	if i < 0 {
		return flow, false
	}
	return c.flows[i], true
}

// one compares the amounts of a container with a bound.
func (c *comparison) one(b resourceBound, component string, one container) {
	if b.kind == ratio {
		c.ratio(b, component, one)
		return
	}
	for _, of := range []string{limits, requests} {
		q, _ := one.amount(of, b.resource)
		if q == nil || b.kind == most && q.Cmp(b.amount) <= 0 || b.kind == least && q.Cmp(b.amount) >= 0 {
			continue
		}
		if flow, ok := c.flow(component, one.path(of, b.resource)); ok {
			words := map[boundKind]string{most: "at most ", least: "no less than "}
			c.found = append(c.found, excess{flow, b, words[b.kind] + b.value.String(), b.value})
		}
	}
}

// ratio compares how many times its request a container's limit is.
func (c *comparison) ratio(b resourceBound, component string, one container) {
	limit, _ := one.amount(limits, b.resource)
	request, node := one.amount(requests, b.resource)
	if limit == nil || request == nil || request.Sign() <= 0 || new(big.Rat).Quo(limit, request).Cmp(b.amount) <= 0 {
		return
	}
	says := fmt.Sprintf("a limit of at most %s times the request, which is %s", b.value, node.Value)
	if flow, ok := c.flow(component, one.path(limits, b.resource)); ok {
		instead := atMost(new(big.Rat).Mul(request, b.amount), unitIn(node.Value), node.Value)
		c.found = append(c.found, excess{flow, b, says, instead})
	} else if flow, ok := c.flow(component, one.path(requests, b.resource)); ok {
		c.found = append(c.found, excess{flow, b, says, nil})
	}
}

// A share is what one component uses of a total.
type share struct {
	component  string
	each       quantity // what one replica uses
	replicas   quantity
	containers []container
}

func (s share) all() quantity { return new(big.Rat).Mul(s.each, s.replicas) }

// total compares what all governed components use together. What is not known counts as
// nothing, so what exceeds the bound surely does.
func (c *comparison) total(b resourceBound) {
	var shares []share
	sum := new(big.Rat)
	for _, component := range c.components {
		if b.governs(component.Label()) {
			s := shareOf(component, b)
			sum.Add(sum, s.all())
			shares = append(shares, s)
		}
	}
	if sum.Cmp(b.amount) <= 0 {
		return
	}
	slices.SortStableFunc(shares, func(x, y share) int { return y.all().Cmp(x.all()) })
	for _, s := range shares {
		if s.all().Sign() > 0 && c.share(b, s, sum) {
			return
		}
	}
}

// share reports a total at what the release sets for one component; it returns false if that
// is nothing.
func (c *comparison) share(b resourceBound, s share, sum quantity) bool {
	says := fmt.Sprintf("at most %s for all that it governs (%s), not %s", b.value, strings.TrimSuffix(b.of, "s")+" of "+b.resource, show(sum, b.value))
	left := new(big.Rat).Sub(b.amount, new(big.Rat).Sub(sum, s.all())) // for this component
	for _, one := range s.containers {
		_, node, of := one.counted(b)
		flow, ok := c.flow(s.component, one.path(of, b.resource))
		if !ok {
			continue
		}
		var instead *cascade.Value
		if len(s.containers) == 1 {
			instead = atMost(new(big.Rat).Quo(left, s.replicas), unitIn(node.Value), node.Value)
		}
		c.found = append(c.found, excess{flow, b, says, instead})
		return true
	}
	flow, ok := c.flow(s.component, cascade.Path{replicas})
	if !ok {
		return false
	}
	instead := atMost(new(big.Rat).Quo(left, s.each), "", &cascade.Value{Kind: cascade.Int})
	c.found = append(c.found, excess{flow, b, says, instead})
	return true
}

// shareOf returns what a component uses of a total.
func shareOf(component *cascade.Node, b resourceBound) share {
	s := share{component: component.Label(), each: new(big.Rat), replicas: big.NewRat(1, 1)}
	if n := component.Child(replicas); n != nil {
		if s.replicas, _ = quantityOf(n.Value); s.replicas == nil {
			s.replicas = new(big.Rat)
		}
	}
	for _, one := range containersOf(component) {
		if !one.running {
			continue
		}
		if q, _, _ := one.counted(b); q != nil {
			s.each.Add(s.each, q)
			s.containers = append(s.containers, one)
		}
	}
	return s
}

// show writes a quantity in the unit of another one.
func show(q quantity, like *cascade.Value) string {
	unit := unitIn(like)
	n := new(big.Rat).Quo(q, unitOf(unit))
	return strings.TrimSuffix(strings.TrimRight(n.FloatString(3), "0"), ".") + unit
}

// integer returns a whole number as a value.
func integer(n *big.Int) *cascade.Value {
	d, _, err := apd.NewFromString(n.String())
	if err != nil {
		return nil
	}
	return &cascade.Value{Kind: cascade.Int, Number: d}
}
