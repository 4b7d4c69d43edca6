// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Gives back what it is given, in every shape that the contract ABI has, so that encoders and decoders off the chain can be held
/// against solc's own. It keeps nothing of value and has no place on a real chain.
contract AbiProbe {
    enum State {
        Idle,
        Busy,
        Done
    }

    type OrderId is bytes32;

    /// @dev A static struct: it lies in place.
    struct Point {
        int24 x;
        uint40 y;
    }

    /// @dev A dynamic struct with static ones inside.
    struct Line {
        Point from;
        Point to;
        string label;
    }

    /// @dev Lists of static and dynamic structs, one in the other.
    struct Order {
        OrderId id;
        address payee;
        uint256[] amounts;
        bytes proof;
        Line[] lines;
        Point[2] corners;
        State state;
    }

    /// @notice Indexed values that fit topics.
    event Transfer(address indexed from, address indexed to, uint256 value);

    /// @notice The same name with other parameters.
    event Transfer(address indexed from, uint24 indexed kind, bytes4 indexed tag, int40 delta);

    /// @notice Indexed values of which only hashes remain.
    event Noted(string indexed topic, Point indexed place, uint256[] indexed list, string text);

    /// @notice An event whose logs do not name it.
    event Raw(uint64 indexed key, bool indexed flag, bytes data) anonymous;

    event Ordered(OrderId indexed id, Order order);

    event Pinged();

    error Insufficient(uint256 available, uint256 required);
    error BadOrders(Order[] orders, string why);
    error Refused();

    string public name;
    Point public origin;
    uint256[] public seeds;
    State public state;

    constructor(string memory name_, Point memory origin_, uint256[] memory seeds_) payable {
        name = name_;
        origin = origin_;
        seeds = seeds_;
    }

    receive() external payable {}

    fallback() external payable {
        revert Refused();
    }

    /* Values */

    function echoSmall(uint8 a, uint16 b, uint24 c, uint32 d) external pure returns (uint8, uint16, uint24, uint32) {
        return (a, b, c, d);
    }

    function echoLarge(uint40 a, uint64 b, uint72 c, uint128 d, uint256 e)
        external
        pure
        returns (uint40, uint64, uint72, uint128, uint256)
    {
        return (a, b, c, d, e);
    }

    function echoSmallSigned(int8 a, int16 b, int24 c, int32 d) external pure returns (int8, int16, int24, int32) {
        return (a, b, c, d);
    }

    function echoLargeSigned(int40 a, int64 b, int72 c, int128 d, int256 e)
        external
        pure
        returns (int40, int64, int72, int128, int256)
    {
        return (a, b, c, d, e);
    }

    function echoFixedBytes(bytes1 a, bytes4 b, bytes20 c, bytes31 d, bytes32 e)
        external
        pure
        returns (bytes1, bytes4, bytes20, bytes31, bytes32)
    {
        return (a, b, c, d, e);
    }

    function echoOthers(bool a, address b, function(uint256) external c, State d, OrderId e)
        external
        pure
        returns (bool, address, function(uint256) external, State, OrderId)
    {
        return (a, b, c, d, e);
    }

    function echoDynamic(bytes calldata a, string calldata b) external pure returns (bytes memory, string memory) {
        return (a, b);
    }

    /* Lists */

    function echoLists(uint8[] calldata a, int256[] calldata b, bool[] calldata c, bytes32[2] calldata d, bytes3[] calldata e)
        external
        pure
        returns (uint8[] memory, int256[] memory, bool[] memory, bytes32[2] memory, bytes3[] memory)
    {
        return (a, b, c, d, e);
    }

    function echoNested(uint256[][2] memory a, string[] memory b, bytes[][] memory c, address[3][] memory d, string[2] memory e)
        external
        pure
        returns (uint256[][2] memory, string[] memory, bytes[][] memory, address[3][] memory, string[2] memory)
    {
        return (a, b, c, d, e);
    }

    /* Structs */

    function echoPoint(Point calldata point) external pure returns (Point memory) {
        return point;
    }

    function echoOrder(Order calldata order) external pure returns (Order memory echoed) {
        return order;
    }

    function echoOrders(Order[] calldata orders, Point[][2] calldata points)
        external
        pure
        returns (Order[] memory, Point[][2] memory)
    {
        return (orders, points);
    }

    /* Names */

    function echo(uint256 value) external pure returns (uint256) {
        return value;
    }

    function echo(string calldata value) external pure returns (string memory) {
        return value;
    }

    function echo(bytes calldata value) external pure returns (bytes memory) {
        return value;
    }

    function echo(Point[] calldata value) external pure returns (Point[] memory) {
        return value;
    }

    /// @dev Names that mean something in C#, or are taken in the code that is generated.
    // forge-lint: disable-next-line(mixed-case-variable)
    function lock(uint256 params, uint256 class, uint256 selector, uint256 at, uint256 Encode)
        external
        pure
        returns (uint256 sum)
    {
        return params + class + selector + at + Encode;
    }

    /// @dev Names that become one name, and none at all.
    function unnamed(uint256, uint256 to, uint256 _to) external pure returns (uint256, uint256 to_, uint256) {
        return (0, to, _to);
    }

    function check(uint256 amount) external pure {
        require(amount < 100, Insufficient(99, amount));
    }

    /* Effects */

    function deposit(bytes32 memo) external payable returns (uint256 balance) {
        emit Noted("deposit", Point(1, 2), seeds, string(abi.encodePacked(memo)));
        return address(this).balance;
    }

    function setState(State next) external {
        state = next;
        emit Pinged();
    }

    function emitTransfers(address from, address to, uint256 value) external {
        emit Transfer(from, to, value);
        emit Transfer(from, 0xabcdef, 0x01020304, -5);
    }

    function emitRaw(uint64 key, bool flag, bytes calldata data) external {
        emit Raw(key, flag, data);
    }

    function emitOrder(Order calldata order) external {
        emit Ordered(order.id, order);
    }

    function emitNoted(string calldata topic, Point calldata place, uint256[] calldata list, string calldata text) external {
        emit Noted(topic, place, list, text);
    }

    /* Failures */

    function failWithMessage(string calldata message) external pure {
        revert(message);
    }

    function failWithNothing() external pure {
        revert();
    }

    function failWithOrders(Order[] calldata orders, string calldata why) external pure {
        revert BadOrders(orders, why);
    }

    function panicAssert() external pure {
        assert(false);
    }

    function panicOverflow(uint256 value) external pure returns (uint256) {
        return value + type(uint256).max;
    }

    function panicDivision(uint256 divisor) external pure returns (uint256) {
        return 1 / divisor;
    }

    function panicEnum(uint8 value) external pure returns (State) {
        return State(value);
    }

    function panicIndex(uint256 index) external view returns (uint256) {
        return seeds[index];
    }

    function panicMemory(uint256 size) external pure returns (uint256) {
        return new bytes(size).length;
    }
}
