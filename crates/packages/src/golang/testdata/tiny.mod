module example.com/tiny

go 1.20

require (
	example.com/local v0.0.0
	github.com/google/uuid v1.3.0
	golang.org/x/text v0.3.7
)

replace golang.org/x/text => golang.org/x/text v0.3.8

replace example.com/local => ./local
