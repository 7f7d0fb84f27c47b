package main

import (
	"bytes"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"time"

	"github.com/goccy/go-json"
)

// What one writes when one event is all there is: pointers tell absent members from zeros.
type payment struct {
	Schema *string `json:"$schema"`
	Meta   *struct {
		Stream *string `json:"stream"`
		ID     *string `json:"id"`
		Dt     *string `json:"dt"`
	} `json:"meta"`
	PaymentID   *string  `json:"payment_id"`
	MerchantID  *string  `json:"merchant_id"`
	CustomerID  *int64   `json:"customer_id"`
	OrderNo     *string  `json:"order_no"`
	Amount      *float64 `json:"amount"`
	Fee         *float64 `json:"fee"`
	Currency    *string  `json:"currency"`
	Method      *string  `json:"method"`
	Status      *string  `json:"status"`
	Attempt     *int64   `json:"attempt"`
	RiskScore   *float64 `json:"risk_score"`
	IsRecurring *bool    `json:"is_recurring"`
	Country     *string  `json:"country"`
	IP          *string  `json:"ip"`
	OccurredAt  *string  `json:"occurred_at"`
	Card        *struct {
		Brand    *string `json:"brand"`
		Last4    *string `json:"last4"`
		ExpMonth *int64  `json:"exp_month"`
		ExpYear  *int64  `json:"exp_year"`
	} `json:"card"`
	Tags []string `json:"tags"`
}

var (
	errJSON     = errors.New("not the JSON of a payment")
	errMissing  = errors.New("a member is missing")
	errRule     = errors.New("breaks a rule")
	currencies  = []string{"EUR", "USD", "GBP", "CHF", "SEK", "JPY"}
	methods     = []string{"card", "sepa", "paypal", "invoice"}
	statuses    = []string{"created", "authorized", "captured", "refunded", "failed"}
	brands      = []string{"visa", "mastercard", "amex"}
	uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
)

// each tells whether every byte is of a class; far cheaper than a regular expression.
func each(text string, class func(byte) bool) bool {
	for i := range len(text) {
		if !class(text[i]) {
			return false
		}
	}
	return true
}

func digit(c byte) bool { return c >= '0' && c <= '9' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }
func alnum(c byte) bool { return digit(c) || upper(c) || (c >= 'a' && c <= 'z') }

func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, text)
	return err == nil
}

func prefixed(text, prefix string, size int, class func(byte) bool) bool {
	return len(text) == len(prefix)+size && text[:len(prefix)] == prefix && each(text[len(prefix):], class)
}

func (p *payment) complete() bool {
	return p.Schema != nil && p.Meta != nil && p.Meta.Stream != nil && p.Meta.ID != nil && p.Meta.Dt != nil && p.PaymentID != nil &&
		p.MerchantID != nil && p.CustomerID != nil && p.OrderNo != nil && p.Amount != nil && p.Currency != nil && p.Method != nil &&
		p.Status != nil && p.Attempt != nil && p.Country != nil && p.OccurredAt != nil && p.Card != nil && p.Card.Brand != nil &&
		p.Card.Last4 != nil && p.Card.ExpMonth != nil && p.Card.ExpYear != nil && p.Tags != nil
}

func (p *payment) textsSound() bool {
	if p.IP != nil {
		if address, err := netip.ParseAddr(*p.IP); err != nil || !address.Is4() {
			return false
		}
	}
	for _, tag := range p.Tags {
		if len(tag) < 1 || len(tag) > 32 {
			return false
		}
	}
	return *p.Schema == "/payment/1.0.0" && len(*p.Meta.Stream) >= 1 && len(*p.Meta.Stream) <= 64 && uuidPattern.MatchString(*p.Meta.ID) &&
		isTime(*p.Meta.Dt) && isTime(*p.OccurredAt) && prefixed(*p.PaymentID, "pay_", 16, alnum) &&
		prefixed(*p.MerchantID, "mrc_", 8, digit) && len(*p.OrderNo) >= 5 && len(*p.OrderNo) <= 32 &&
		prefixed(*p.Country, "", 2, upper) && prefixed(*p.Card.Last4, "", 4, digit) && slices.Contains(currencies, *p.Currency) &&
		slices.Contains(methods, *p.Method) && slices.Contains(statuses, *p.Status) && slices.Contains(brands, *p.Card.Brand)
}

func (p *payment) numbersSound() bool {
	return *p.CustomerID >= 1 && *p.Amount >= 0.01 && *p.Amount <= 1000000 && (p.Fee == nil || *p.Fee >= 0) && *p.Attempt >= 1 &&
		*p.Attempt <= 20 && (p.RiskScore == nil || (*p.RiskScore >= 0 && *p.RiskScore <= 1)) && *p.Card.ExpMonth >= 1 &&
		*p.Card.ExpMonth <= 12 && *p.Card.ExpYear >= 2020 && *p.Card.ExpYear <= 2100 && len(p.Tags) >= 1 && len(p.Tags) <= 10
}

func judgeTyped(text []byte) (string, error) {
	var p payment
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil || decoder.More() {
		return "", errJSON
	}
	if !p.complete() {
		return "", errMissing
	}
	if !p.textsSound() || !p.numbersSound() {
		return "", errRule
	}
	return *p.Meta.ID, nil
}
