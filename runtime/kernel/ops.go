package kernel

// opInfo says how an opcode uses an Instr.
type opInfo struct {
	name   string
	reads  string // which of A, B, C are registers it reads; lower case: optional (a mask, -1 = all lanes)
	dst    bool
	effect bool // cannot be removed, repeated or reordered with another effect
	pure   bool // a function of its register operands and constants alone
}

var opTable = [numOps]opInfo{
	Nop:       {name: "nop"},
	Const:     {name: "const", dst: true, pure: true},
	LoadU:     {name: "loadu", dst: true},
	LoadC:     {name: "loadc", dst: true},
	LoadP:     {name: "loadp", dst: true},
	LoadArg:   {name: "loadarg", dst: true},
	LoadFlag:  {name: "loadflag", dst: true},
	Move:      {name: "move", reads: "A", dst: true, pure: true},
	Add:       {name: "add", reads: "AB", dst: true, pure: true},
	Sub:       {name: "sub", reads: "AB", dst: true, pure: true},
	Mul:       {name: "mul", reads: "AB", dst: true, pure: true},
	Div:       {name: "div", reads: "AB", dst: true, pure: true},
	FMA:       {name: "fma", reads: "ABC", dst: true, pure: true},
	Neg:       {name: "neg", reads: "A", dst: true, pure: true},
	Abs:       {name: "abs", reads: "A", dst: true, pure: true},
	Sqrt:      {name: "sqrt", reads: "A", dst: true, pure: true},
	Floor:     {name: "floor", reads: "A", dst: true, pure: true},
	Ceil:      {name: "ceil", reads: "A", dst: true, pure: true},
	Min:       {name: "min", reads: "AB", dst: true, pure: true},
	Max:       {name: "max", reads: "AB", dst: true, pure: true},
	Mod:       {name: "mod", reads: "AB", dst: true, pure: true},
	Exp:       {name: "exp", reads: "A", dst: true, pure: true},
	Log:       {name: "log", reads: "A", dst: true, pure: true},
	Log10:     {name: "log10", reads: "A", dst: true, pure: true},
	Pow:       {name: "pow", reads: "AB", dst: true, pure: true},
	Sin:       {name: "sin", reads: "A", dst: true, pure: true},
	Cos:       {name: "cos", reads: "A", dst: true, pure: true},
	Tan:       {name: "tan", reads: "A", dst: true, pure: true},
	Asin:      {name: "asin", reads: "A", dst: true, pure: true},
	Acos:      {name: "acos", reads: "A", dst: true, pure: true},
	Atan:      {name: "atan", reads: "A", dst: true, pure: true},
	Atan2:     {name: "atan2", reads: "AB", dst: true, pure: true},
	Sinh:      {name: "sinh", reads: "A", dst: true, pure: true},
	Cosh:      {name: "cosh", reads: "A", dst: true, pure: true},
	Tanh:      {name: "tanh", reads: "A", dst: true, pure: true},
	Exprelr:   {name: "exprelr", reads: "A", dst: true, pure: true},
	BitAnd:    {name: "bitand", reads: "AB", dst: true, pure: true},
	BitOr:     {name: "bitor", reads: "AB", dst: true, pure: true},
	BitXor:    {name: "bitxor", reads: "AB", dst: true, pure: true},
	Single:    {name: "single", reads: "A", dst: true, pure: true},
	Ran4:      {name: "ran4", reads: "AB", dst: true, pure: true},
	Lt:        {name: "lt", reads: "AB", dst: true, pure: true},
	Le:        {name: "le", reads: "AB", dst: true, pure: true},
	Gt:        {name: "gt", reads: "AB", dst: true, pure: true},
	Ge:        {name: "ge", reads: "AB", dst: true, pure: true},
	Eq:        {name: "eq", reads: "AB", dst: true, pure: true},
	Ne:        {name: "ne", reads: "AB", dst: true, pure: true},
	And:       {name: "and", reads: "AB", dst: true, pure: true},
	Or:        {name: "or", reads: "AB", dst: true, pure: true},
	Not:       {name: "not", reads: "A", dst: true, pure: true},
	Select:    {name: "select", reads: "ABC", dst: true, pure: true},
	AtTime:    {name: "attime", reads: "A", dst: true},
	Lookup:    {name: "lookup", reads: "A", dst: true},
	TableOn:   {name: "tableon", dst: true},
	StoreC:    {name: "storec", reads: "Ab", effect: true},
	KeepC:     {name: "keepc", reads: "A", effect: true},
	StoreP:    {name: "storep", reads: "Ab", effect: true},
	AddP:      {name: "addp", reads: "Ab", effect: true},
	StoreU:    {name: "storeu", reads: "Ab", effect: true},
	StoreArg:  {name: "storearg", reads: "Ab", effect: true},
	LoadCX:    {name: "loadcx", reads: "A", dst: true},
	StoreCX:   {name: "storecx", reads: "AbC", effect: true},
	Draw:      {name: "draw", reads: "b", dst: true, effect: true},
	GridOp:    {name: "grid", reads: "AbC", dst: true, effect: true},
	SetSeq:    {name: "setseq", reads: "Ab", effect: true},
	Train:     {name: "train", reads: "A", dst: true},
	TrainLen:  {name: "trainlen", dst: true},
	Edges:     {name: "edges", dst: true},
	LoadEdge:  {name: "loadedge", reads: "A", dst: true},
	StoreEdge: {name: "storeedge", reads: "AbC", effect: true},
	Send:      {name: "send", reads: "AbC", effect: true},
	MoveEv:    {name: "moveev", reads: "Ab", effect: true},
	Emit:      {name: "emit", reads: "Ab", effect: true},
	ArmWatch:  {name: "armwatch", reads: "bC", effect: true},
	Print:     {name: "print", reads: "b", effect: true}, // and Aux registers from A on
	Fail:      {name: "fail", reads: "b", effect: true},
}

func (o Op) String() string {
	if int(o) < len(opTable) {
		return opTable[o].name
	}
	return "op?"
}

// Writes says whether the opcode sets Dst.
func (o Op) Writes() bool { return opTable[o].dst }

// Effect says whether the opcode does more than set Dst.
func (o Op) Effect() bool { return opTable[o].effect }

// Pure says whether Dst depends on the operand registers and constants alone.
func (o Op) Pure() bool { return opTable[o].pure }

// Operands calls f with each register that in reads, in the order A, B, C; a
// missing mask is left out.
func (in *Instr) Operands(f func(Reg)) {
	for _, c := range opTable[in.Op].reads {
		switch c {
		case 'A':
			f(in.A)
		case 'B':
			f(in.B)
		case 'C':
			f(in.C)
		case 'b':
			if in.B >= 0 {
				f(in.B)
			}
		}
	}
	if in.Op == Print {
		for i := int32(0); i < in.Aux; i++ {
			f(in.A + Reg(i))
		}
	}
}

// Walk calls f for every instruction of nodes, in order.
func Walk(nodes []Node, f func(*Instr)) {
	for _, n := range nodes {
		switch n := n.(type) {
		case Straight:
			for i := range n.Instrs {
				f(&n.Instrs[i])
			}
		case Branch:
			Walk(n.Then, f)
		case While:
			Walk(n.Cond, f)
			Walk(n.Body, f)
		case Newton:
			Walk(n.F, f)
		case Linear:
		}
	}
}

// Codes calls f with the name and code of every entry point that p has.
func (p *Program) Codes(f func(name string, c *Code)) {
	for _, e := range []struct {
		name string
		c    *Code
	}{{"init", p.Init}, {"prepare", p.Prepare}, {"current", p.Current}, {"state", p.State}, {"receive", p.Receive},
		{"receiveinit", p.ReceiveInit}, {"watch", p.Watch}, {"diffuse", p.Diffuse}, {"diffused", p.Diffused}, {"beforestep", p.BeforeStep}, {"aftersolve", p.AfterSolve},
		{"beforeinit", p.BeforeInit}, {"afterinit", p.AfterInit}, {"beforebreakpoint", p.BeforeBreakpoint}} {
		if e.c != nil {
			f(e.name, e.c)
		}
	}
	for k, t := range p.Tables {
		f(tableName(k, "from"), t.From)
		f(tableName(k, "to"), t.To)
		f(tableName(k, "fill"), p.TableFill[k])
	}
}
