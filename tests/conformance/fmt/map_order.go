// The order in which fmt prints maps.
package main

import (
	"fmt"
	"math"
	"time"
)

type key struct {
	a int
	b string
}

type nested struct {
	k    key
	list [2]float64
}

func main() {
	structs := map[key]int{{2, "b"}: 1, {2, "a"}: 2, {1, "z"}: 3, {-1, ""}: 4, {1, "y"}: 5}
	fmt.Println(structs)
	deep := map[nested]int{
		{key{1, "b"}, [2]float64{1, 2}}:           1,
		{key{1, "a"}, [2]float64{9, 9}}:           2,
		{key{1, "b"}, [2]float64{1, 1}}:           3,
		{key{1, "b"}, [2]float64{0, 7}}:           4,
		{key{1, "b"}, [2]float64{math.NaN(), 7}}:  5,
		{key{0, "zz"}, [2]float64{0, math.NaN()}}: 6,
	}
	fmt.Println(deep)
	arrays := map[[3]int]string{{3, 2, 1}: "a", {1, 2, 3}: "b", {1, 1, 4}: "c", {3, 2, 0}: "d"}
	fmt.Printf("%v %d\n", arrays, len(arrays))
	floats := map[float64]int{2.5: 1, -1: 2, math.NaN(): 3, 0: 4, math.Inf(1): 5, math.Inf(-1): 6}
	fmt.Println(floats)
	small := map[float32]int{2.5: 1, -1: 2, float32(math.NaN()): 3, 0: 4}
	fmt.Println(small)
	many := map[float64]int{math.NaN(): 1, 1: 2, math.NaN(): 1, -1: 3, math.NaN(): 1}
	fmt.Println(many)
	numbers := map[any]int{5: 1, 3: 2, nil: 3, 9: 4, -1: 5, 7: 6}
	fmt.Println(numbers)
	texts := map[any]int{"q": 1, "b": 2, "z": 3, "": 4, nil: 5}
	fmt.Println(texts)
	values := map[any]int{key{2, "x"}: 1, key{1, "y"}: 2, key{1, "x"}: 3}
	fmt.Println(values)
	bools := map[bool]int{true: 1, false: 2}
	fmt.Println(bools)
	durations := map[time.Duration]int{time.Second: 1, 1: 2, -1: 3}
	fmt.Println(durations)
	bytes := map[uint8]int{200: 1, 3: 2, 100: 3}
	fmt.Println(bytes)
	within := map[int]map[key]int{2: structs, 1: {{1, "x"}: 1, {0, "x"}: 2}}
	fmt.Println(within)
}
